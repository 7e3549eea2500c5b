import { type HrTime, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { aSpan } from '#shared/telemetry/traces/fixtures/a-span.ts';
import { allowedSpan } from './allowed-span.ts';

const attributes = { 'user_agent.original': 'secret', 'pizza.order.id': 'o-1', 'exception.message': 'secret' };
const allowed = { 'pizza.order.id': 'o-1' };
const context = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: '00f067aa0ba902b7', traceFlags: 1 };

describe('of a span leave', () => {
  it('the attributes of the allow-list alone, from it, its events and its links', () => {
    const time: HrTime = [1, 2];
    const span = allowedSpan(
      aSpan({ attributes, events: [{ name: 'exception', time, attributes }], links: [{ context, attributes }] }),
    );
    expect(span.attributes).toEqual(allowed);
    expect(span.events).toEqual([{ name: 'exception', time, attributes: allowed }]);
    expect(span.links).toEqual([{ context, attributes: allowed }]);
  });

  it('its status, without the text that a library wrote', () => {
    const { status } = allowedSpan(aSpan({ status: { code: SpanStatusCode.ERROR, message: 'secret' } }));
    expect(status).toEqual({ code: SpanStatusCode.ERROR });
  });

  it('of its resource what names the process, as one resource for all its spans', () => {
    const resource = {
      schemaUrl: 'https://opentelemetry.io/schemas/1.44.0',
      attributes: { 'service.name': 'kitchen-service', 'process.command_args': ['/home/me'], 'host.id': 'secret' },
    } as unknown as ReadableSpan['resource'];
    const [first, second] = [allowedSpan(aSpan({ resource })), allowedSpan(aSpan({ resource }))];
    expect(first.resource.attributes).toEqual({ 'service.name': 'kitchen-service' });
    expect(first.resource.schemaUrl).toBe(resource.schemaUrl);
    expect(second.resource).toBe(first.resource);
  });

  it('everything else as it was; and the span itself is not changed', () => {
    const span = aSpan({
      name: 'process pizza.order.created',
      parentSpanContext: context,
      droppedEventsCount: 3,
      attributes,
    });
    const { spanContext, ...left } = allowedSpan(span);
    const { spanContext: _s, ...whole } = span;
    expect(left).toEqual({ ...whole, attributes: allowed, resource: left.resource });
    expect(spanContext()).toEqual(span.spanContext());
    expect(span.attributes).toBe(attributes);
  });
});
