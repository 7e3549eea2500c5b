import { describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Correlation, Fact } from '#shared/store/store.ts';
import { blankOrder } from '../recent-orders.ts';
import type { Behaviour } from '../service.ts';
import { conclude, type PastEvent, remember } from './fold-order.ts';

const NOW = 10_000_000;
const context = {
  flow: pizzaFlow,
  service: 'chef-service',
  claimMs: 5_000,
  retainMs: 60_000,
  streamKeepsMs: 7_200_000,
  traceparent: () => undefined,
};
const fact = (id: string, type: string, data: Fact['data'] = {}): Fact => ({
  id,
  type,
  data,
  occurredAt: NOW,
  storedAt: NOW,
});
const read = (one: Fact): PastEvent => ({ fact: one, own: false });
const own = (one: Fact): PastEvent => ({ fact: one, own: true });

/** Assigns the chef whom nobody would choose twice. */
const behaviour: Behaviour = {
  decide: ({ id: orderId, state }, { short }) => {
    const chefId = (state as { chefId?: string } | undefined)?.chefId ?? `chef-${short.length}`;
    const data = { orderId, chefId, chefName: 'x', estimatedPrepTime: 1, specialtyMatch: true };
    return {
      state: { chefId },
      emit: [{ type: 'chef.assigned', data }],
      holds: [{ id: chefId, should: 'held', pools: { [chefId]: 1 } }],
      counts: [{ once: 'assigned', total: 'assigned', by: 1 }],
    };
  },
  recall: (_order, { data }) => ({ state: { chefId: data.chefId } }),
};
const created = fact('order-1-created-001', 'order.created', { orderId: '1' });
const assigned = fact('chef-1-assigned-c0ffee00', 'chef.assigned', { chefId: 'chef-mario' });
const blank: Correlation = { ...blankOrder('1'), now: NOW };
const folded = (seen: Correlation, ...past: PastEvent[]): Correlation => {
  const { change } = remember(behaviour, seen, past);
  if (!change) return seen;
  const { facts = [], published = [], state, dueAt } = change;
  return { ...seen, state, dueAt, facts: [...seen.facts, ...facts], emitted: new Set([...seen.emitted, ...published]) };
};

describe('folding an order', () => {
  it('remembers what was consumed and published, with the state that it was published in', () => {
    expect(remember(behaviour, blank, [read(created), own(assigned)]).change).toEqual({
      state: { chefId: 'chef-mario' },
      facts: [created],
      published: [assigned.id],
      group: undefined,
      dueAt: 0,
    });
  });

  it('changes nothing when it is done again, in parts or over', () => {
    const once = folded(blank, read(created), own(assigned));
    expect(folded(folded(blank, read(created)), own(assigned))).toEqual(once);
    expect(remember(behaviour, once, [read(created), own(assigned)])).toEqual({ change: undefined, published: [] });
  });

  it('says what the order owes although the stream has it', () => {
    const outbox = [{ id: assigned.id, message: '{}', claimedUntil: 0 }];
    const owing = { ...folded(blank, read(created)), emitted: new Set([assigned.id]), outbox };
    expect(remember(behaviour, owing, [own(assigned)])).toEqual({ change: undefined, published: [assigned.id] });
  });

  it('takes from history what it held and counted, and publishes nothing', () => {
    const change = conclude(
      context,
      behaviour,
      folded(blank, read(created), own({ ...assigned, id: 'chef-1-assigned-' })),
    );
    expect(change).not.toHaveProperty('outbox');
    expect(change).toMatchObject({
      state: { chefId: 'chef-mario' },
      holds: [{ id: 'chef-mario', should: 'held' }],
      counts: [{ once: 'assigned' }],
    });
  });

  it('leaves what history has not decided to be decided as any other, at once', () => {
    expect(conclude(context, behaviour, folded(blank, read(created)))).toEqual({
      state: undefined,
      group: undefined,
      dueAt: NOW,
    });
  });

  it('decides nothing on an order of which the retention has left the end alone, and forgets it', () => {
    const old = folded(blank, read({ ...created, storedAt: NOW - 3_700_000 }));
    for (const seen of [old, folded(blank)])
      expect(conclude(context, behaviour, seen)).toMatchObject({ dueAt: undefined, forgetAfterMs: 60_000 });
  });
});
