import type { Ingredient } from '#shared/contracts/inventory.ts';
import type { OrderCreated } from '#shared/contracts/order.ts';
import { createdIn, hasEnded } from '#shared/contracts/order-facts.ts';
import type { Circumstances, Decision, Owed } from '#shared/runtime/service.ts';
import type { Correlation, Fact, Hold } from '#shared/store/store.ts';
import { ingredientsOf } from './menu.ts';

/** What inventory remembers of an order; the reservation itself is the hold on the stock. */
export type InventoryState =
  | { readonly status: 'none' }
  | { readonly status: 'refused'; readonly reason: string; readonly missing: readonly string[] }
  | { readonly status: 'reserved'; readonly expiresAt: number; readonly expired?: true };

/**
 * Reserves all ingredients of an order or none. A reservation that runs out is a claim only: stock returns by
 * inventory.release alone, and kitchen.ready consumes the reservation even if it ran out meanwhile.
 */
export function decide(correlation: Correlation, circumstances: Circumstances, ttl: number): Decision {
  const { id: orderId, facts } = correlation;
  const state = stateOf(correlation, circumstances, ttl);
  const created = createdIn(facts);
  if (state.status === 'none' || !created) return { state, closed: true };
  if (state.status === 'refused') return { state, emit: [unavailable(orderId, created, state)], closed: true };
  const reservationId = reservationIdOf(orderId);
  const needed = neededBy(created);
  const release = facts.find(({ type, data }) => type === 'inventory.release' && data.reservationId === reservationId);
  const ready = facts.some(({ type }) => type === 'kitchen.ready');
  const over = ready || release !== undefined;
  return {
    state,
    holds: [
      holdOf(reservationId, needed, 'held'),
      ...(over ? [holdOf(reservationId, needed, ready ? ('spent' as const) : ('returned' as const))] : []),
    ],
    emit: [
      reserved(orderId, created, needed, state.expiresAt),
      ...(state.expired ? [{ type: 'inventory.expired', cause: created, data: { orderId, reservationId } }] : []),
      ...(release && !ready ? [released(release)] : []),
    ],
    dueAt: over || state.expired ? undefined : state.expiresAt,
    closed: over,
  };
}

export const reservationIdOf = (orderId: string): string => `inv-${orderId}-001`;

function stateOf({ state, facts }: Correlation, { now, caughtUp, short }: Circumstances, ttl: number): InventoryState {
  const known = state as InventoryState | undefined;
  if (known?.status === 'reserved') return caughtUp && now >= known.expiresAt ? { ...known, expired: true } : known;
  if (known?.status === 'refused') return known;
  const order = createdIn(facts);
  if (!order || hasEnded(facts)) return { status: 'none' };
  const ingredients = ingredientsOf(order.data as unknown as OrderCreated);
  if ('unknown' in ingredients) return { status: 'refused', reason: 'not-on-the-menu', missing: ingredients.unknown };
  if (short.length > 0) return { status: 'refused', reason: 'out-of-stock', missing: short };
  return { status: 'reserved', expiresAt: now + ttl };
}

function neededBy(created: Fact): Ingredient[] {
  const ingredients = ingredientsOf(created.data as unknown as OrderCreated);
  return 'needed' in ingredients ? ingredients.needed : [];
}

const holdOf = (id: string, needed: readonly Ingredient[], should: Hold['should']): Hold => ({
  id,
  pools: Object.fromEntries(needed.map(({ ingredient, quantity }) => [ingredient, quantity])),
  should,
});

const reserved = (orderId: string, cause: Fact, ingredientsReserved: Ingredient[], expiresAt: number): Owed => ({
  type: 'inventory.reserved',
  cause,
  data: {
    orderId,
    reservationId: reservationIdOf(orderId),
    ingredientsReserved,
    expiresAt: new Date(expiresAt).toISOString(),
  },
});

const unavailable = (
  orderId: string,
  cause: Fact,
  { reason, missing }: { reason: string; missing: readonly string[] },
): Owed => ({
  type: 'inventory.unavailable',
  cause,
  data: { orderId, reason, missing },
});

const released = (request: Fact): Owed => {
  const { orderId, reservationId, reason } = request.data;
  return { type: 'inventory.released', cause: request, data: { orderId, reservationId, reason } };
};
