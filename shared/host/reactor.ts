import type { Flow } from '#shared/contracts/flow.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import type { ReceivedEvent } from '#shared/messaging/read-event.ts';
import type { Correlation, CorrelationStore } from '#shared/store/correlation-store.ts';
import { factOf, isConflict } from './facts.ts';
import { createTurns } from './in-turn.ts';
import { type Instrumentation, noInstrumentation } from './instrumentation.ts';
import { createOutbox } from './outbox.ts';
import { blankOrder, RecentOrders } from './recent-orders.ts';
import type { Behaviour, Outcome } from './service.ts';
import { createSettle } from './settle.ts';
import { createStoreClock } from './store-clock.ts';

export interface ReactorOptions {
  readonly flow: Flow;
  readonly service: string;
  readonly behaviour: Behaviour;
  readonly store: CorrelationStore;
  readonly bus: Bus;
  readonly wait: (ms: number) => Promise<void>;
  readonly retainMs: number;
  readonly claimMs?: number;
  readonly instrumentation?: Instrumentation;
  /** Ms on a clock that nobody sets. */
  readonly monotonic?: () => number;
}

export interface Reactor {
  /**
   * Effect-once over at-least-once: record the fact, decide, commit decision and outbox for the version seen (else look
   * again), publish, wait for the PubAck, mark published. When it resolves nothing of the order is left in the outbox
   * and the message may be acknowledged; a crash in between loses nothing, for any later run finds what is still owed.
   * Recording and committing are one step unless an effect is owed: the fact is its intent, and is stored before it.
   * @throws Terminal (`id-reuse`), Unavailable, Retryable
   */
  react(received: ReceivedEvent): Promise<Outcome>;
  /** The same for an order that is due, without a new fact. */
  attend(orderId: string, caughtUp: boolean): Promise<void>;
}

export function createReactor(options: ReactorOptions): Reactor {
  const { flow, service, behaviour, store, bus, wait, retainMs, claimMs = 5_000 } = options;
  const { instrumentation = noInstrumentation } = options;
  const context = { flow, service, claimMs, retainMs, traceparent: instrumentation.traceparent };
  const outbox = createOutbox({ store, bus, wait });
  const inTurn = createTurns();
  const recent = new RecentOrders(retainMs, options.monotonic);
  const clock = createStoreClock(options.monotonic);
  let epoch = '';
  const heard = (correlation: Correlation): Correlation => {
    clock.heard(correlation.now);
    epoch = correlation.epoch;
    return correlation;
  };
  const settle = createSettle({ context, behaviour, store, outbox, recent, instrumentation, heard });

  async function react(received: ReceivedEvent): Promise<Outcome> {
    const fact = factOf(received);
    const id = received.orderId;
    const now = clock.now();
    const seen =
      now === undefined ? heard(await store.load(id)) : { ...(recent.get(id) ?? blankOrder(id, epoch)), now };
    const { order, isNew } = await settle(seen, false, fact);
    if (isNew) return behaviour.outcomeOf?.(order, fact) ?? 'ok';
    return isConflict(flow, order, fact) ? 'conflict' : 'duplicate';
  }

  async function attend(orderId: string, caughtUp: boolean): Promise<void> {
    const seen = heard(await store.load(orderId));
    if (seen.version > 0) await instrumentation.attending(orderId, () => settle(seen, caughtUp).then(() => undefined));
  }

  return {
    react: (received) => inTurn(received.orderId, () => react(received)),
    attend: (orderId, caughtUp) => inTurn(orderId, () => attend(orderId, caughtUp)),
  };
}
