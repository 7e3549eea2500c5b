import type { Flow } from '#shared/contracts/flow.ts';
import type { FaultSpecOf } from '#shared/faults/fault-spec.ts';
import type { Settings } from '#shared/runtime/settings.ts';

/**
 * One order in ten thousand: an order of anybody's own is as good as never among them. The demo looks for ids that are,
 * so it decides which of its orders are struck.
 */
const SHARE = 0.0001;

/**
 * So long after the deadline, whatever that is, the event comes: the order has timed out, and it is late. Not for longer,
 * since what else the service gets for that order waits behind it.
 */
const LATE_BY_MS = 15_000;

export interface DemoFaults {
  /** The first requirement is fulfilled by an event that comes twice. */
  readonly duplicate: FaultSpecOf<'duplicate'> & { readonly type: string };
  /** The last one is fulfilled too late. */
  readonly delay: FaultSpecOf<'delay'> & { readonly type: string };
}

/** What no order brings about by itself. Services inject these when `DEMO_RATE` is above 0 and `FAULTS` is not set. */
export function demoFaults({ requirements }: Flow, { ORDER_TIMEOUT, TIME_SCALE }: Settings): DemoFaults {
  const [first, last] = [requirements.at(0), requirements.at(-1)];
  if (!first || !last) throw new Error('the flow has no requirement: nothing can come twice or late');
  const by = (ORDER_TIMEOUT + LATE_BY_MS) * TIME_SCALE;
  return {
    duplicate: { fault: 'duplicate', type: first.fulfilled, share: SHARE, copies: 1 },
    delay: { fault: 'delay', type: last.fulfilled, share: SHARE, by },
  };
}
