import { context, type Link, ROOT_CONTEXT, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { Milestone } from '#shared/kernel/instrumentation.ts';
import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import { attribute } from './attributes.ts';
import { errorTypeOf } from './message-identity.ts';
import { spanContextOf } from './trace-context.ts';

/**
 * The attention to an order that is due is a trace of its own: as a child its parent would be minutes old, and the order's
 * trace would look as long as its timeout.
 */
export async function traceAttending(tracer: Tracer, orderId: string, attend: () => Promise<void>): Promise<void> {
  const span = tracer.startSpan('attend order', {}, ROOT_CONTEXT);
  span.setAttribute(attribute.orderId, orderId);
  try {
    await context.with(trace.setSpan(ROOT_CONTEXT, span), attend);
  } catch (error) {
    span.setAttribute(attribute.errorType, errorTypeOf(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/**
 * Says on the active span that it ended an order, why, and who came last. It links to the contributions that other
 * messages brought; when no message decided, to the order itself, too, for then it is in another trace.
 */
export function traceMilestone(milestone: Milestone): void {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return;
  const { outcome, last, slackMs, joinWaitMs, missing, reason } = milestone;
  span.setAttribute(attribute.joinOutcome, outcome);
  span.setAttribute(attribute.joinSlack, slackMs);
  if (last !== undefined) span.setAttribute(attribute.joinLastEvent, last);
  if (joinWaitMs !== undefined) span.setAttribute(attribute.joinWait, joinWaitMs);
  if (missing.length > 0) span.setAttribute(attribute.joinMissing, missing.toSorted().join('+'));
  // Behind the colon is what the owner wrote.
  const kind = reason?.split(':')[0];
  if (kind && /^[a-z-]{1,40}$/.test(kind)) span.setAttribute(attribute.joinReason, kind);
  span.addLinks(linksTo(elsewhere(milestone)));
}

function elsewhere({ contributions, decidedBy, startedBy }: Milestone): readonly RecordedEvent[] {
  if (decidedBy) return contributions.filter(({ id }) => id !== decidedBy.id);
  return startedBy ? [startedBy, ...contributions] : contributions;
}

/** A contribution of somebody who does not trace has none. */
function linksTo(events: readonly RecordedEvent[]): Link[] {
  return events.flatMap(({ traceparent, type }) => {
    const linked = spanContextOf(traceparent);
    return linked ? { context: linked, attributes: { [attribute.joinContribution]: type } } : [];
  });
}
