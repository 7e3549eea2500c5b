import { expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { pattern as orchestration } from '#services/patterns/orchestration/pattern.ts';
import type { SeenEvent, SeenOrder } from '#shared/audit/seen-run.ts';
import { correlatorOf } from '#shared/contracts/flow.ts';
import { type Struck, struckMeasuresOf } from './struck-measures.ts';

const { flow } = choreography;
const { start, outcomes, requirements } = flow;
const [payment, inventory, chef] = requirements.map(({ fulfilled }) => fulfilled) as [string, string, string];
const DEADLINE_MS = 6_000;

/** Events by type -> when the stream stored it, ms. */
function order(
  id: string,
  events: Readonly<Record<string, number>>,
  more: readonly Partial<SeenEvent>[] = [],
): SeenOrder {
  const all = [...Object.entries(events).map(([type, storedAt]) => ({ type, storedAt })), ...more];
  const seen = all.map((event, n): SeenEvent => {
    const type = event.type ?? '';
    return { id: `${id}-${type}-${n}`, sequence: n + 1, storedAt: 0, digest: '', businessId: '1', ...event, type };
  });
  return { id, events: seen, reused: [] };
}

function measured(orders: readonly SeenOrder[], change: Partial<Struck> = {}) {
  return struckMeasuresOf({
    flow,
    accepted: new Map(orders.map(({ id }) => [id, true])),
    refusedAt: [],
    orders: new Map(orders.map((one) => [one.id, one])),
    charges: new Map(),
    violations: 0,
    during: { from: 0, to: 5_000 },
    away: [],
    crashed: [],
    overAt: 6_000,
    restAt: 30_000,
    deadlineMs: DEADLINE_MS,
    ...change,
  });
}

const made = order('made', { [start]: 10, [payment]: 20, [inventory]: 30, [chef]: 40, [outcomes.ready]: 50 });
const timedOut = (contributions: Readonly<Record<string, number>>) =>
  order('late', { [start]: 100, ...contributions, [outcomes.timeout]: 6_200 });

it('counts outcomes, and as lost what was accepted and has none', () => {
  const accepted = new Map([made, order('cut-off', {})].map(({ id }) => [id, true] as const));
  const { ready, cancelled, lost } = measured([made, order('cut-off', { [start]: 1 })], { accepted });
  expect({ ready, cancelled, lost }).toEqual({ ready: 1, cancelled: 0, lost: 1 });
  expect(measured([made], { accepted: new Map([...accepted, ['never-announced', true]]) }).lost).toBe(2);
});

it('counts an order once as doubled: two outcomes, two charges, or two fulfilments of one requirement', () => {
  expect(measured([made]).doubled).toBe(0);
  expect(measured([order('x', { [outcomes.ready]: 1, [outcomes.timeout]: 2 })]).doubled).toBe(1);
  const charge = { paymentId: 'p', orderId: 'made', minor: 1_599, currency: 'GBP', refunded: false, foreign: false };
  expect(measured([made], { charges: new Map([['made', [charge, charge]]]) }).doubled).toBe(1);
  expect(
    measured([order('x', { [outcomes.ready]: 1, [payment]: 2 }, [{ type: payment, businessId: '2' }])]).doubled,
  ).toBe(1);
});

it('a copy of a fulfilment under another event id is not a second one', () => {
  expect(
    measured([order('x', { [outcomes.ready]: 1, [payment]: 2 }, [{ type: payment, businessId: '1' }])]).doubled,
  ).toBe(0);
});

it('a timeout is wrong when every contribution came in time', () => {
  const all = timedOut({ [payment]: 200, [inventory]: 300, [chef]: 400 });
  expect(measured([all])['wrongly-timed-out']).toBe(1);
  expect(measured([all], { away: ['nats'] })['wrongly-timed-out']).toBe(1);
});

it('a timeout is wrong when whoever is missing was there, and right when it was away', () => {
  const { owner = '' } = flow.events[chef] ?? {};
  const noChef = timedOut({ [payment]: 200, [inventory]: 300 });
  const wrong = (away: string[], change = {}) => measured([noChef], { away, ...change })['wrongly-timed-out'];
  expect([wrong([]), wrong([owner]), wrong(['nats'])]).toEqual([1, 0, 0]);
});

it('who was struck and gave no command excuses a timeout, who only waits does not', () => {
  const wrong = (flowOf: Struck['flow'], parts: 'away' | 'crashed', events: Readonly<Record<string, number>> = {}) =>
    measured([timedOut(events)], { flow: flowOf, [parts]: [correlatorOf(flowOf)] })['wrongly-timed-out'];
  for (const parts of ['away', 'crashed'] as const)
    expect([wrong(flow, parts), wrong(orchestration.flow, parts)], parts).toEqual([1, 0]);
  const commands = orchestration.flow.requirements.map(({ startedBy = '' }, n) => [startedBy, 200 + n]);
  expect(wrong(orchestration.flow, 'crashed', Object.fromEntries(commands))).toBe(1);
});

it('an order is overdue when it ends long after its deadline, or never', () => {
  expect(measured([made, timedOut({})]).overdue).toBe(0);
  expect(measured([order('x', { [start]: 0, [outcomes.ready]: DEADLINE_MS + 3_001 })]).overdue).toBe(1);
  expect(measured([order('x', { [start]: 0 })]).overdue).toBe(1);
});

it('money that is neither sold nor refunded at rest is unexplained', () => {
  const charge = { paymentId: '1', orderId: 'late', minor: 1_599, currency: 'GBP', foreign: false };
  const unexplained = (refunded: boolean) =>
    measured([timedOut({ [payment]: 200 })], { charges: new Map([['late', [{ ...charge, refunded }]]]) });
  expect(unexplained(false)['unexplained-money']).toBe(1_599);
  expect(unexplained(true)['unexplained-money']).toBe(0);
});

it('a pizza is oversold when an owner refuses its part', () => {
  expect(measured([made]).oversold).toBe(0);
  expect(measured([order('x', { [outcomes.ready]: 1, [requirements[0]?.rejected ?? '']: 2 })]).oversold).toBe(1);
});

it('the backlog is of orders at the same time; steady is when the last one of before the end has ended', () => {
  const waiting = order('waiting', { [start]: 45, [outcomes.ready]: 8_500 });
  const after = order('after', { [start]: 7_000, [outcomes.ready]: 9_000 });
  const found = measured([made, waiting, after]);
  expect([found['peak-backlog'], found['seconds-until-steady']]).toEqual([2, 2.5]);
  expect(measured([made])['seconds-until-steady']).toBe(0);
});

it('the ready share is of what was ordered during the fault: who was refused has no pizza, who cannot get one does not count', () => {
  const late = order('late', { [start]: 20, [outcomes.ready]: 5_100 });
  const share = (orders: SeenOrder[], change = {}) => measured(orders, change)['ready-share'];
  expect(share([made])).toBe(1);
  expect(share([made, late])).toBe(0.5);
  expect(share([made], { refusedAt: [3_000] })).toBe(0.5);
  expect(
    share([made, late], {
      accepted: new Map([
        ['made', true],
        ['late', false],
      ]),
    }),
  ).toBe(1);
  expect(share([], { refusedAt: [3_000] })).toBe(0);
});
