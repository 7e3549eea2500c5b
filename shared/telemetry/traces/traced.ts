import { context, type Link, ROOT_CONTEXT, type Span, type Tracer, trace } from '@opentelemetry/api';
import type { Flow } from '#shared/contracts/flow.ts';
import type { Injection, Instrumentation, Milestone } from '#shared/kernel/instrumentation.ts';
import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import { timedStore } from '../timed-store.ts';
import { attribute, errorTypeOf, failSpan } from './attributes.ts';
import { spanContextOf, traceparentOf } from './trace-context.ts';
import { traceHttp } from './traced-http.ts';
import { tracedMiddleware, tracedPublish, traceSettlement } from './traced-messages.ts';

/** One span per HTTP request, publish, delivery and attention to an order that is due, to the registered SDK. */
export function createTracedInstrumentation({ flow }: { readonly flow: Flow }) {
  const tracer = trace.getTracer('pizza-choreography');
  return {
    delivery: (consumer) => tracedMiddleware(tracer, flow, consumer),
    settled: (_consumer, settlement) => traceSettlement(settlement),
    publish: tracedPublish(tracer, flow),
    store: (store) => timedStore(store, () => addStoreWait),
    traceparent: () => {
      const span = trace.getActiveSpan();
      return span && traceparentOf(span.spanContext());
    },
    attending: (orderId, attend) => traceAttending(tracer, orderId, attend),
    http: (server) => traceHttp(server, tracer),
    injected: traceInjection,
    milestone: (_orderId, milestone) => traceMilestone(milestone),
  } satisfies Partial<Instrumentation>;
}

const storeWaits = new WeakMap<Span, number>();

/** Adds up on the active span how long it waited for the store: a span per call would cost more than the call. */
function addStoreWait(ms: number): void {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return;
  const waited = (storeWaits.get(span) ?? 0) + ms;
  storeWaits.set(span, waited);
  span.setAttribute(attribute.storeWait, Math.round(waited * 100) / 100);
}

/** A trace of its own: as a child it would make the order's trace look as long as its timeout. */
async function traceAttending(tracer: Tracer, orderId: string, attend: () => Promise<void>): Promise<void> {
  const span = tracer.startSpan('attend order', {}, ROOT_CONTEXT);
  span.setAttribute(attribute.orderId, orderId);
  try {
    await context.with(trace.setSpan(ROOT_CONTEXT, span), attend);
  } catch (error) {
    failSpan(span, errorTypeOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** Marks the active span as affected by an injected fault, so that a reader of the trace does not look for a bug. */
function traceInjection({ fault, type }: Injection): void {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return;
  span.setAttribute(attribute.fault, fault);
  span.addEvent('fault injected', { [attribute.fault]: fault, [attribute.eventType]: type });
}

/** Says on the active span how an order ended. Links to the contributions, and without a deciding message to the order. */
function traceMilestone(milestone: Milestone): void {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return;
  const { outcome, last, slackMs, joinWaitMs, missing, reason } = milestone;
  span.setAttribute(attribute.joinOutcome, outcome);
  span.setAttribute(attribute.joinSlack, slackMs);
  if (last !== undefined) span.setAttribute(attribute.joinLastEvent, last);
  if (joinWaitMs !== undefined) span.setAttribute(attribute.joinWait, joinWaitMs);
  if (missing.length > 0) span.setAttribute(attribute.joinMissing, missing.toSorted().join('+'));
  // What follows the colon is text of the event's owner.
  const kind = reason?.split(':')[0];
  if (kind && /^[a-z-]{1,40}$/.test(kind)) span.setAttribute(attribute.joinReason, kind);
  span.addLinks(linksTo(broughtElsewhere(milestone)));
}

function broughtElsewhere({ contributions, decidedBy, startedBy }: Milestone): readonly RecordedEvent[] {
  if (decidedBy) return contributions.filter(({ id }) => id !== decidedBy.id);
  return startedBy ? [startedBy, ...contributions] : contributions;
}

/** An event of a service that does not trace has no context to link to. */
function linksTo(events: readonly RecordedEvent[]): Link[] {
  return events.flatMap(({ traceparent, type }) => {
    const linked = spanContextOf(traceparent);
    return linked ? { context: linked, attributes: { [attribute.joinContribution]: type } } : [];
  });
}
