import type { Flow } from '#shared/contracts/flow.ts';
import { Retryable } from '#shared/messaging/faults.ts';
import type { Publisher } from '#shared/messaging/publisher.ts';
import type { ReceivedEvent } from '#shared/messaging/read-event.ts';
import type { StreamReader } from '#shared/messaging/stream-reader.ts';
import type { Change, Document, Due, Store } from '#shared/store/store.ts';
import { advance } from './advance.ts';
import type { Behaviour, Outcome } from './behaviour.ts';
import { createStoreClock } from './clock.ts';
import { type Instrumentation, noInstrumentation } from './instrumentation.ts';
import { createRecentOrders } from './last-entries.ts';
import { blankOrder, changeOf, extended, type Order, openOrder } from './order.ts';
import { createOwnEvents } from './own-events.ts';
import { find, hasSameContent, type RecordedEvent, recordedOf } from './recorded-event.ts';
import type { Draft, Effect } from './rules.ts';
import { createTurns, Run, unrecorded } from './run.ts';

export interface ReactorOptions<State> {
  readonly flow: Flow;
  readonly service: string;
  readonly behaviour: Behaviour<State>;
  readonly store: Pick<Store, 'load' | 'commit'>;
  readonly bus: Pick<Publisher, 'publish'> & Pick<StreamReader, 'read'>;
  /** A closed order is kept so long for late duplicates. ms */
  readonly retainMs: number;
  readonly instrumentation?: Pick<Instrumentation, 'traceparent' | 'attending' | 'milestone'>;
  /** Ms on a clock that nobody sets. */
  readonly monotonic?: () => number;
}

export interface Reactor {
  /**
   * Effect-once over at-least-once: append the event, decide, commit document, counters and due time in one step, publish, wait
   * for the PubAcks. When it resolves, the message may be acknowledged. A crash in between loses nothing: the redelivery finds the
   * event known, and publishes again what followed from it, with the same ids.
   * @throws Terminal (`id-reuse`, `too-many-events`), Unavailable, Retryable
   */
  react(received: ReceivedEvent): Promise<Outcome>;
  /** The same for an order that is due, without a new event. It stays due until what it publishes is acknowledged. */
  attend(due: Due, caughtUp: boolean): Promise<void>;
}

/** Optimistic-lock retries before the message is nak'ed. */
const MAX_TRIES = 50;
/** The broker drops copies within it, so what another process may not have published is repeated. Older is in the stream. */
const DUPLICATE_WINDOW_MS = 120_000;

export function createReactor<State>(options: ReactorOptions<State>): Reactor {
  const { flow, service, behaviour, store, bus, retainMs, monotonic = () => performance.now() } = options;
  const { instrumentation = noInstrumentation } = options;
  const { rules } = behaviour;
  const inTurn = createTurns();
  const recent = createRecentOrders<State>(retainMs, monotonic);
  const clock = createStoreClock(monotonic);
  const own = createOwnEvents({ flow, service, bus, traceparent: instrumentation.traceparent });

  function opened(document: Document): Order<State> {
    clock.observe(document.now);
    const known = recent.get(document.id);
    const isSame = known?.version === document.version && known.epoch === document.epoch;
    return isSame ? { ...known, dueAt: document.dueAt } : openOrder(rules, document);
  }

  /** False: decide again, on what the store or its pools said. */
  async function commit(run: Run<State>, after: Order<State>, change: Change): Promise<boolean> {
    const { order } = run;
    // Until it is answered, what the store has is unknown.
    recent.forget(order.id);
    const committed = await store.commit(order.id, order, change);
    if (committed.outcome === 'insufficient') for (const pool of committed.pools) run.insufficient.add(pool);
    if (committed.outcome === 'beaten') run.order = opened(committed.document);
    if (committed.outcome !== 'done') return false;
    clock.observe(committed.now);
    const version = order.version + (change.entry === undefined ? 0 : 1);
    run.order = { ...after, version, epoch: committed.epoch };
    recent.keep(run.order);
    return true;
  }

  async function perform(run: Run<State>, effects: readonly Effect[]): Promise<void> {
    for (const effect of effects) {
      run.performed.add(effect.id);
      const learnt = await behaviour.perform?.(effect);
      const now = clock.now();
      if (learnt) run.learnt.push({ ...learnt, occurredAt: now, storedAt: now });
    }
  }

  /** Decides, commits and performs until nothing more is owed but publishing. An effect's intent is committed before it. */
  async function settle(run: Run<State>, caughtUp: boolean): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const { order, incoming } = run;
      const now = clock.now();
      const circumstances = { orderId: order.id, now, caughtUp, insufficient: [...run.insufficient] };
      const toOwn = (draft: Draft, before: readonly RecordedEvent[]) =>
        own.record(order.id, draft, [...order.events, ...before], now);
      const { appended, state, effects } = advance(rules, order.state, unrecorded(flow, run), circumstances, toOwn);
      if (appended.length > 0) {
        // Its own message is redelivered until this is published. Without one, or with one that was recorded before and may be
        // acknowledged by now, the order stays due until then.
        const isRedelivered = incoming && (run.recorded || appended.includes(incoming));
        const dueAt = isRedelivered ? rules.dueAt?.(state, now) : (order.dueAt ?? rules.dueAt?.(state, now));
        const after = { ...extended(rules, order, appended, state), dueAt };
        if (!(await commit(run, after, changeOf(rules, order, after, appended, retainMs)))) continue;
        if (incoming && appended.includes(incoming)) run.recorded = { before: order.state };
        run.publishes ||= appended.some((event) => event.own);
        const milestone = behaviour.milestoneOf?.(order.state, state, now);
        if (milestone) instrumentation.milestone(order.id, milestone);
      }
      const owed = effects.filter(({ id }) => !run.performed.has(id));
      if (owed.length === 0) return;
      await perform(run, owed);
    }
    throw new Retryable(`order ${run.order.id} changed ${MAX_TRIES} times while it was being decided on`);
  }

  /** Publishes the own events from that index on of which this process has seen no PubAck. */
  async function publish(run: Run<State>, from: number): Promise<void> {
    const { order } = run;
    const owed = order.events.slice(Math.max(from, order.acknowledged)).filter((event) => event.own);
    if (owed.length > 0) {
      recent.forget(order.id);
      await own.publish(order.id, owed);
    }
    // What was left out before that index is not known to be published.
    const isLeftOut = order.events.slice(order.acknowledged, from).some((event) => event.own);
    run.order = { ...order, acknowledged: isLeftOut ? order.acknowledged : order.events.length };
    recent.keep(run.order);
  }

  async function react(received: ReceivedEvent): Promise<Outcome> {
    const event = recordedOf(received);
    const id = received.orderId;
    const assumed = clock.isSet ? (recent.get(id) ?? blankOrder(rules, id)) : opened(await store.load(id));
    const run = new Run(assumed, event);
    await settle(run, false);
    const { order, recorded, publishes } = run;
    const known = find(flow, order.events, event);
    const at = known ? order.events.indexOf(known) : order.events.length;
    const lately = firstSince(order, clock.now() - DUPLICATE_WINDOW_MS);
    if (publishes) await publish(run, lately);
    // Another process decided on what this one recorded, and may not have published it.
    else if (recorded) await publish(run, at);
    // The same message again: what followed from it may not be published. A copy leaves that to the message that it is a copy of.
    else if (known?.sequence === event.sequence) await publish(run, Math.min(lately, at));
    if (recorded) return behaviour.outcomeOf?.(recorded.before, event, order.state) ?? 'ok';
    return known && event.type === flow.start && !hasSameContent(known, event) ? 'conflict' : 'duplicate';
  }

  async function attend({ id, dueAt: since }: Due, caughtUp: boolean): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const run = new Run(opened(await store.load(id)));
      if (run.order.version > 0) await settle(run, caughtUp);
      // What was decided since it is due has no message that would be redelivered.
      await publish(run, firstSince(run.order, Math.min(since, clock.now() - DUPLICATE_WINDOW_MS)));
      const { order } = run;
      const dueAt = order.version > 0 ? rules.dueAt?.(order.state, clock.now()) : undefined;
      const attended = { dueAt: dueAt ?? ('never' as const), attended: true };
      if (dueAt === order.dueAt || (await commit(run, { ...order, dueAt }, attended))) return;
    }
  }

  return {
    react: (received) => inTurn(received.orderId, () => react(received)),
    attend: (due, caughtUp) => inTurn(due.id, () => instrumentation.attending(due.id, () => attend(due, caughtUp))),
  };
}

/** Where the events begin that the service itself decided at that time or later, ms since the epoch. */
function firstSince<State>({ events }: Order<State>, since: number): number {
  const at = events.findIndex((event) => event.own && event.storedAt >= since);
  return at < 0 ? events.length : at;
}
