import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

const resource = { attributes: { 'service.name': 'test-service' } } as unknown as ReadableSpan['resource'];
const instrumentationScope = { name: 'test' };

/** A span that has ended, sampled unless its flags say otherwise. */
export function aSpan({ traceFlags = 1, ...over }: Partial<ReadableSpan> & { traceFlags?: number } = {}): ReadableSpan {
  return {
    name: 'a span',
    kind: SpanKind.INTERNAL,
    spanContext: () => ({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags }),
    startTime: [1, 0],
    endTime: [2, 0],
    duration: [1, 0],
    status: { code: SpanStatusCode.UNSET },
    attributes: {},
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...over,
  };
}
