import type { Circumstances, Decision, Draft } from '#shared/kernel/rules.ts';
import { ingredientsOf } from './menu.ts';
import { dueAt, type InventoryState } from './state.ts';

/**
 * Reserves all ingredients of an order or none. A reservation that runs out is only reported: stock returns
 * by inventory.release alone, and kitchen.ready uses up even a reservation that has run out.
 */
export function decide(state: InventoryState, circumstances: Circumstances, ttl: number): Decision {
  const { order, ended, refused, reservation, release, released } = state;
  const { orderId, now, caughtUp } = circumstances;
  if (order && !reservation && !refused && !ended) return { publish: [reserve(order, circumstances, ttl)] };
  if (!reservation) return {};
  const reservationId = reservation.id;
  if (release && !released) {
    const { eventId: cause, reason } = release;
    return { publish: [{ type: 'inventory.released', cause, data: { orderId, reservationId, reason } }] };
  }
  const runsOut = dueAt(state);
  if (runsOut !== undefined && caughtUp && now >= runsOut)
    return {
      publish: [
        { type: 'inventory.expired', ...(order && { cause: order.eventId }), data: { orderId, reservationId } },
      ],
    };
  return {};
}

export const reservationIdOf = (orderId: string): string => `inv-${orderId}-001`;

function reserve(
  order: NonNullable<InventoryState['order']>,
  { orderId, now, insufficient }: Circumstances,
  ttl: number,
): Draft {
  const cause = order.eventId;
  const unavailable = (reason: string, missing: readonly string[]): Draft => ({
    type: 'inventory.unavailable',
    cause,
    data: { orderId, reason, missing },
  });
  const ingredients = ingredientsOf(order);
  if ('unknown' in ingredients) return unavailable('not-on-the-menu', ingredients.unknown);
  if (insufficient.length > 0) return unavailable('out-of-stock', insufficient);
  return {
    type: 'inventory.reserved',
    cause,
    data: {
      orderId,
      reservationId: reservationIdOf(orderId),
      ingredientsReserved: ingredients.needed,
      expiresAt: new Date(now + ttl).toISOString(),
    },
  };
}
