import { describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import type { Verdict } from '../recording.ts';
import { replay, replayCommand, runUniverses } from '../run.ts';
import { type RunSpec, Universe } from '../universe.ts';
import type { FaultKind } from '../world/weather.ts';
import type { Wrong } from '../wrong-orders.ts';
import { describeRows } from './compare.ts';
import { getPut, getPutGuarded } from './get-put.ts';
import type { OrderState, Snippet, SnippetPorts } from './snippet.ts';
import { snippetOf, snippets } from './snippets.ts';

const ORDERS = 60;
const SEED = 4;
const CALM: readonly FaultKind[] = [];

/** Orders by what is wrong with them. */
async function wrongIn(specs: readonly Omit<RunSpec, 'orders'>[]): Promise<Record<Wrong, number>> {
  const sums: Record<string, number> = {};
  const universes = specs.map((spec) => new Universe({ orders: ORDERS, ...spec, pattern: choreography }));
  await runUniverses(universes.values(), ({ wrong }: Verdict) => {
    for (const [name, ids] of Object.entries(wrong)) sums[name] = (sums[name] ?? 0) + ids.length;
  });
  return sums as Record<Wrong, number>;
}

/** Snippet, weather, what goes wrong then, and what does not. `not undone`: a refused order compensates nothing. */
const characteristic: readonly [string, readonly FaultKind[] | undefined, readonly Wrong[], readonly Wrong[]][] = [
  ['hset', CALM, ['doubled', 'not undone'], ['lost', 'contradictory', 'late']],
  ['hset', undefined, ['lost', 'doubled', 'money', 'not undone'], ['late']],
  ['hset-expired', CALM, ['doubled', 'contradictory'], ['lost', 'late']],
  ['get-put', CALM, ['lost', 'money', 'not undone'], ['contradictory', 'late']],
  ['get-put-guarded', CALM, ['lost', 'money', 'not undone'], ['contradictory', 'late']],
  ['ttl-timer', CALM, ['late', 'contradictory', 'not undone'], ['lost']],
  ['scheduled-scan', CALM, ['doubled', 'money', 'not undone'], ['lost', 'late']],
];

describe('the snippets of the workshop', { timeout: 60_000 }, () => {
  it.each(characteristic)('%s, faults %j: orders are %j, and not %j', async (kitchen, only, wrong, right) => {
    const found = await wrongIn([{ seed: SEED, kitchen, ...(only && { only }) }]);
    expect(wrong.filter((name) => found[name] === 0)).toEqual([]);
    expect(right.filter((name) => found[name] > 0)).toEqual([]);
  });

  it('are all here', () => {
    expect([...new Set(characteristic.map(([name]) => name))].sort()).toEqual(snippets.map(({ name }) => name).sort());
    expect(() => snippetOf('hget')).toThrow('no snippet is called hget: take one of hset, hset-expired, get-put');
  });

  it('go wrong where the kitchen does not: same seed, same weather', async () => {
    const weathers = new Set(characteristic.map(([, only]) => only));
    const found = await wrongIn([...weathers].map((only) => ({ seed: SEED, ...(only && { only }) })));
    expect(Object.entries(found).filter(([, orders]) => orders > 0)).toEqual([]);
  });

  it('go wrong in the same way again, step by step', async () => {
    const spec = { seed: 1, orders: 20, only: CALM, kitchen: 'get-put' };
    const [first, again] = [await replay(spec), await replay(spec)];
    expect(again).toEqual(first);
    const [lost = ''] = first.verdict.wrong.lost;
    const puts = first.traces.get(lost)?.filter((line) => line.includes(' before Put '));
    // Each of two deliveries writes what it read and its own event: the last one does not know of the first.
    expect(puts?.map((line) => line.split(' before ')[1])).toEqual([
      'Put chef',
      'Put inventory',
      'Put inventory+payment',
    ]);
    expect(replayCommand(spec)).toBe('npm run simulate -- --replay 1 --per-run 20 --only "" --kitchen get-put');
  });

  it('are compared in a table: orders, and the first seed that shows it', () => {
    const rows = new Map([
      ['hset', new Map([['lost', { orders: 1_234, seed: 7 }] as const])],
      ['ours', new Map()],
    ]);
    const [, , hset, ours] = describeRows(rows).split('\n');
    expect(hset).toMatch(/^hset +1,234 \(7\)( +0){5}$/);
    expect(ours).toMatch(/^ours( +0){6}$/);
  });
});

/** Three events, the last of them delivered to a process that dies before it emits, and then again to another one. */
describe('a crash between Put and kitchen.ready', () => {
  async function emittedAfterCrash(snippet: Snippet): Promise<string[]> {
    const items = new Map<string, OrderState>();
    const emitted: string[] = [];
    const table = {
      get: async (orderId: string) => structuredClone(items.get(orderId)) ?? null,
      put: async (item: OrderState) => Boolean(items.set(item.orderId, structuredClone(item))),
      scan: async () => [],
    };
    const ports = (emitEvent: SnippetPorts['emitEvent']) =>
      snippet.start({ table, emitEvent, now: () => 0, redis: {} as never });
    const crashing = ports(() => Promise.reject(new Error('it died')));
    const next = ports(async ({ type }) => void emitted.push(type));
    const last = { type: 'chef.assigned', data: { orderId: '1', chefId: 'chef-mario' } };
    await next.handleEvent({ type: 'payment.completed', data: { orderId: '1', paymentId: 'pay-1-001' } });
    await next.handleEvent({ type: 'inventory.reserved', data: { orderId: '1', reservationId: 'inv-1-001' } });
    await expect(crashing.handleEvent(last)).rejects.toThrow('it died');
    await next.handleEvent(last);
    await next.handleEvent(last);
    return emitted;
  }

  it('is made up for without the guard, and every duplicate makes another pizza', async () => {
    expect(await emittedAfterCrash(getPut)).toEqual(['kitchen.ready', 'kitchen.ready']);
  });

  it('loses the order with the guard: the event is known, so its redelivery is skipped', async () => {
    expect(await emittedAfterCrash(getPutGuarded)).toEqual([]);
  });
});
