import type { Flow } from '#shared/contracts/flow.ts';
import type { PizzaEventData } from '#shared/contracts/pizza-flow.ts';
import type { Circumstances, Decision, Draft, Effect } from '#shared/kernel/rules.ts';
import { decide as assign } from '../../chef-service/decide.ts';
import { decide as reserve } from '../../inventory-service/decide.ts';
import { decide as correlate, type KitchenRules } from '../../kitchen-service/decide.ts';
import { evolveFor, type KitchenState } from '../../kitchen-service/state.ts';
import { paymentIdOf } from '../../payment-service/state.ts';
import { described } from '../described.ts';
import type { Belief } from './copies.ts';

export type Order = PizzaEventData['order.created'];

export interface AcceptanceState extends KitchenState {
  /** What the copies said when the order was decided on. */
  readonly believed?: Belief;
}

/** To look the order up in the copies. */
export type LookUp = Effect & { readonly order: Order };

type Rules = Flow & KitchenRules;

/**
 * Decides on an order at once: the owners' rules on the copies, and the correlator's rules on those answers. What the owners
 * really answer comes later, and changes nothing; only a second fulfilment is undone.
 */
export function decide(rules: Rules, state: AcceptanceState, circumstances: Circumstances): Decision<LookUp> {
  const { created, resolution, believed } = state;
  if (resolution) return { publish: correlate(rules, state, circumstances).publish ?? [] };
  if (!created) return {};
  const order = created.data as Order;
  if (!believed) return { effects: [{ id: 'look-up', order }] };
  const evolve = evolveFor(rules);
  const answers = answersOf(order, believed, circumstances);
  const assumed = answers.reduce<KitchenState>((before, answer) => evolve(before, { ...created, ...answer }), state);
  const { publish = [] } = correlate(rules, assumed, circumstances);
  const tell = (draft: Draft) =>
    draft.type === rules.outcomes.ready ? acceptance(rules, order, believed, draft) : draft;
  return { publish: publish.map((draft) => ({ ...tell(draft), cause: created.id })) };
}

/** What payment, inventory and chef would say if they had what the copies have. */
function answersOf(order: Order, believed: Belief, circumstances: Circumstances): Draft[] {
  const { missing, busy } = believed;
  const asked = { order: { eventId: '', ...order } };
  return [
    pay(order, believed, circumstances),
    ...(reserve(asked, { ...circumstances, insufficient: missing }, 0).publish ?? []),
    ...(assign(asked, { ...circumstances, insufficient: busy }).publish ?? []),
  ];
}

/** The gateway cannot be asked ahead: a customer has credit unless payment has told otherwise. */
function pay({ totalAmount }: Order, { credit }: Belief, { orderId, now }: Circumstances): Draft {
  const isOver = credit && totalAmount > credit.creditLimit && now < Date.parse(credit.validUntil);
  return isOver
    ? { type: 'payment.failed', data: { orderId, reason: 'over-the-credit-limit' } }
    : { type: 'payment.completed', data: { orderId, paymentId: paymentIdOf(orderId) } };
}

/** It carries the order to all who begin with it. */
function acceptance(rules: Rules, order: Order, { stockSequence, slotsSequence }: Belief, draft: Draft): Draft {
  const ids = draft.data.correlationData as object;
  return { ...draft, data: { ...described(rules, rules.start, order), ...ids, stockSequence, slotsSequence } };
}
