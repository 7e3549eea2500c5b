import { type Link, trace } from '@opentelemetry/api';
import type { Milestone } from '#shared/kernel/instrumentation.ts';
import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import { attribute } from './attributes.ts';
import { spanContextOf } from './trace-context.ts';

/** Says on the active span how an order ended. Links to the contributions, and without a deciding message to the order. */
export function traceMilestone(milestone: Milestone): void {
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
