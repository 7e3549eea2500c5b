import { hash } from 'node:crypto';
import type { OrderCreated } from '#shared/contracts/order.ts';
import { createdIn, hasEnded } from '#shared/contracts/order-facts.ts';
import type { Circumstances, Decision, Owed } from '#shared/runtime/service.ts';
import type { Correlation, Fact, Hold } from '#shared/store/store.ts';
import { type Chef, prepMinutes, roster, specialistsOnly, unfamiliarMinutes } from './roster.ts';

export type ChefState =
  | { readonly status: 'none' }
  | { readonly status: 'refused'; readonly reason: string }
  | { readonly status: 'assigned'; readonly chefId: string };

/** Gives every order a slot of one chef, a specialist's if one is free, until it is ready or released. */
export function decide(correlation: Correlation, { short }: Circumstances): Decision {
  const { id: orderId, facts } = correlation;
  const state = stateOf(correlation, short);
  const created = createdIn(facts);
  if (state.status === 'none' || !created) return { state, closed: true };
  if (state.status === 'refused')
    return {
      state,
      emit: [{ type: 'chef.unavailable', cause: created, data: { orderId, reason: state.reason } }],
      closed: true,
    };
  const { chefId } = state;
  const release = facts.find(({ type, data }) => type === 'chef.release' && data.chefId === chefId);
  const over = release !== undefined || facts.some(({ type }) => type === 'kitchen.ready');
  return {
    state,
    holds: [slotOf(chefId, 'held'), ...(over ? [slotOf(chefId, 'returned')] : [])],
    emit: [assigned(chefId, created), ...(release ? [released(release)] : [])],
    closed: over,
  };
}

function stateOf({ state, facts }: Correlation, busy: readonly string[]): ChefState {
  const known = state as ChefState | undefined;
  if (known && known.status !== 'none') return known;
  const order = createdIn(facts);
  if (!order || hasEnded(facts)) return { status: 'none' };
  const able = candidates(order.data as unknown as OrderCreated);
  if (able.length === 0) return { status: 'refused', reason: 'no-chef-with-that-specialty' };
  const free = able.find(({ chefId }) => !busy.includes(chefId));
  return free ? { status: 'assigned', chefId: free.chefId } : { status: 'refused', reason: 'all-chefs-busy' };
}

/** Specialists first, each group starting with another chef per order so that the work is spread. */
function candidates({ orderId, pizzaType }: OrderCreated): Chef[] {
  const turn = Number.parseInt(hash('sha1', orderId, 'hex').slice(0, 6), 16);
  const spread = (chefs: Chef[]) => chefs.map((_, at) => chefs[(at + turn) % chefs.length] as Chef);
  const isSpecialist = ({ specialties }: Chef) => specialties.includes(pizzaType);
  const others = specialistsOnly.includes(pizzaType) ? [] : roster.filter((chef) => !isSpecialist(chef));
  return [...spread(roster.filter(isSpecialist)), ...spread(others)];
}

const slotOf = (chefId: string, should: Hold['should']): Hold => ({ id: chefId, pools: { [chefId]: 1 }, should });

function assigned(chefId: string, created: Fact): Owed {
  const { orderId, pizzaType, size } = created.data as unknown as OrderCreated;
  const chef = roster.find((candidate) => candidate.chefId === chefId);
  const specialtyMatch = chef?.specialties.includes(pizzaType) ?? false;
  const estimatedPrepTime = prepMinutes[size] + (specialtyMatch ? 0 : unfamiliarMinutes);
  return {
    type: 'chef.assigned',
    cause: created,
    data: { orderId, chefId, chefName: chef?.chefName ?? chefId, estimatedPrepTime, specialtyMatch },
  };
}

const released = (request: Fact): Owed => {
  const { orderId, chefId, reason } = request.data;
  return { type: 'chef.released', cause: request, data: { orderId, chefId, reason } };
};
