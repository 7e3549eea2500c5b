import type { DeadLetter } from './dead-letter.ts';

/** What is known of the order of a dead letter. */
export interface OrderStanding {
  /** The event itself is still in the stream. */
  readonly inStream: boolean;
  /** The stream holds its outcome. */
  readonly resolved: boolean;
  /** The services that react to the event and know nothing of the order, its end included. */
  readonly forgottenBy: readonly string[];
}

/**
 * Why an event must not be published again, if so. A service that remembers an order takes a late event for late; one that
 * has forgotten it would begin anew: charge again, or wait for what came long ago. So an order's past is only replayed to
 * those who know how it ended. Pure.
 */
export function wouldReopen({ orderId }: DeadLetter, standing: OrderStanding): string | undefined {
  const { inStream, resolved, forgottenBy } = standing;
  if (forgottenBy.length === 0) return undefined;
  const who = forgottenBy.join(' and ');
  if (resolved) return `order ${orderId} has ended, and ${who} would begin it again, knowing nothing of it`;
  if (!inStream) return `the events of order ${orderId} are gone from the stream, and ${who} would begin it again`;
  return undefined;
}
