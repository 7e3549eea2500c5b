import { hash } from 'node:crypto';
import type { Circumstances, Decision, Draft } from '#shared/kernel/rules.ts';
import { type Chef, prepMinutes, roster, specialistsOnly, unfamiliarMinutes } from './roster.ts';
import type { ChefState } from './state.ts';

type Order = NonNullable<ChefState['order']>;

/** Gives every order a slot of one chef, a specialist's if one is free, until it is ready or released. */
export function decide(
  { order, ended, assigned, release, released }: ChefState,
  circumstances: Circumstances,
): Decision {
  if (order && assigned === undefined && !ended) return { publish: [assign(order, circumstances)] };
  if (release && !released) {
    const { eventId: cause, reason } = release;
    const data = { orderId: circumstances.orderId, chefId: assigned, reason };
    return { publish: [{ type: 'chef.released', cause, data }] };
  }
  return {};
}

function assign(order: Order, { orderId, insufficient: busy }: Circumstances): Draft {
  const able = candidates(orderId, order);
  const chef = able.find(({ chefId }) => !busy.includes(chefId));
  const cause = order.eventId;
  if (!chef) {
    const reason = able.length === 0 ? 'no-chef-with-that-specialty' : 'all-chefs-busy';
    return { type: 'chef.unavailable', cause, data: { orderId, reason } };
  }
  const { chefId, chefName, specialties } = chef;
  const specialtyMatch = specialties.includes(order.pizzaType);
  const estimatedPrepTime = prepMinutes[order.size] + (specialtyMatch ? 0 : unfamiliarMinutes);
  return {
    type: 'chef.assigned',
    cause,
    data: { orderId, chefId, chefName, estimatedPrepTime, specialtyMatch },
  };
}

/** Specialists first, each group starting with another chef per order so that the work is spread. */
function candidates(orderId: string, { pizzaType }: Order): Chef[] {
  const turn = Number.parseInt(hash('sha1', orderId, 'hex').slice(0, 6), 16);
  const spread = (chefs: Chef[]) => chefs.map((_, at) => chefs[(at + turn) % chefs.length] as Chef);
  const isSpecialist = ({ specialties }: Chef) => specialties.includes(pizzaType);
  const others = specialistsOnly.includes(pizzaType) ? [] : roster.filter((chef) => !isSpecialist(chef));
  return [...spread(roster.filter(isSpecialist)), ...spread(others)];
}
