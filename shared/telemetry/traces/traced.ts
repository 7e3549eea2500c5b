import { trace } from '@opentelemetry/api';
import type { Flow } from '#shared/contracts/flow.ts';
import type { Instrumentation } from '#shared/kernel/instrumentation.ts';
import { traceparentOf } from './trace-context.ts';
import { tracedMiddleware, traceSettlement } from './traced-consumer.ts';
import { tracedHttp } from './traced-http.ts';
import { traceInjection } from './traced-injection.ts';
import { traceAttending, traceMilestone } from './traced-order.ts';
import { tracedPublish } from './traced-publish.ts';

/**
 * Spans at the seams of a running service: one per publish, one per delivery, one per attention to an order that is due. They go to
 * whatever SDK is registered with the OpenTelemetry API; without one this only costs.
 */
export function createTracedInstrumentation({ flow }: { readonly flow: Flow }): Instrumentation {
  const tracer = trace.getTracer('pizza-choreography');
  return {
    delivery: (consumer) => tracedMiddleware(tracer, flow, consumer),
    settled: (_consumer, settlement) => traceSettlement(settlement),
    publish: tracedPublish(tracer, flow),
    store: (store) => store,
    traceparent: () => {
      const span = trace.getActiveSpan();
      return span && traceparentOf(span.spanContext());
    },
    attending: (orderId, attend) => traceAttending(tracer, orderId, attend),
    http: tracedHttp,
    injected: traceInjection,
    milestone: (_orderId, milestone) => traceMilestone(milestone),
  };
}
