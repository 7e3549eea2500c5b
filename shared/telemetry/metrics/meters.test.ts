import { type Span, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { createMeters, observe } from './meters.ts';

afterEach(() => vi.restoreAllMocks());

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

/** One observation while such a span is under way; the lines of its bucket and its count. */
async function observed({ traceId = TRACE, spanId = SPAN, traceFlags = 1, recording = true } = {}) {
  const span = { isRecording: () => recording, spanContext: () => ({ traceId, spanId, traceFlags }) };
  vi.spyOn(trace, 'getActiveSpan').mockReturnValue(span as unknown as Span);
  const { expose, meters } = createMeters({
    flow: pizzaFlow,
    service: 'chef-service',
    reacts: ['order.created'],
    orderTimeoutMs: 30_000,
  });
  observe(meters.eventAge, { service: 'chef-service', type: 'order.created' }, 0.3);
  const text = await expose();
  return text.split('\n').filter((line) => /^pizza_event_age_seconds_(bucket.*le="0.5"|count)/.test(line));
}

describe('an exemplar', () => {
  it('is the trace and the span under way', async () => {
    const [bucket, count] = await observed();
    expect(bucket).toMatch(
      new RegExp(
        `^pizza_event_age_seconds_bucket\\{le="0.5",service="chef-service",type="order.created"\\} 1 # \\{trace_id="${TRACE}",span_id="${SPAN}"\\} 0.3 [\\d.]+$`,
      ),
    );
    expect(count).toMatch(/ 1$/);
  });

  it.each([
    ['the span is not recorded', { recording: false }],
    ['the span is not sampled', { traceFlags: 0 }],
    ['an id is longer than it may be, which would spoil the exposition', { traceId: 'a'.repeat(200) }],
    ['an id has characters that it may not have', { spanId: '"} 1 # {x="yyyyy' }],
  ])('is left out when %s; the observation counts all the same', async (_why, span) => {
    const [bucket, count] = await observed(span);
    expect(bucket).toMatch(/\} 1$/);
    expect(count).toMatch(/ 1$/);
  });
});
