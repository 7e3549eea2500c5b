import { describe, expect, it } from 'vitest';
import { blankOrder, changeOf, differenceOf, extended, type Order } from './order.ts';
import { eventsOf, type RecordedEvent } from './recorded-event.ts';
import type { Rules } from './rules.ts';

const RETAIN_MS = 1_000;
const anEvent = (type: string): RecordedEvent => ({ id: type, type, data: {}, occurredAt: 0, storedAt: 0 });

/** What happened last decides everything: `waits` holds a unit and is counted, `done` is closed. */
const rules: Rules<string> = {
  initial: '',
  evolve: (_before, { type }) => type,
  decide: () => ({}),
  tally: (state) => (state === '' ? {} : { created: 1, [state]: 1 }),
  holds: (state): Record<string, number> => (state === 'waits' ? { shelf: 2 } : {}),
  isClosed: (state) => state === 'done',
};
const nothing = blankOrder(rules, '1');
const waiting: Order<string> = { ...extended(rules, nothing, [anEvent('waits')]), version: 1, dueAt: 50 };
const done: Order<string> = { ...extended(rules, waiting, [anEvent('done')]), version: 2, dueAt: undefined };
const change = (before: Order<string>, after: Order<string>, appended: RecordedEvent[] = []) =>
  changeOf(rules, before, after, appended, RETAIN_MS);

describe('a change', () => {
  it('appends what is new as one entry, or none', () => {
    const events = [anEvent('waits'), anEvent('done')];
    const { entry } = change(nothing, done, events);
    expect(eventsOf({ entries: [entry ?? ''] })).toEqual(events);
    expect(change(waiting, waiting)).toEqual({
      entry: undefined,
      counters: {},
      pools: {},
      dueAt: undefined,
      expireAfterMs: undefined,
    });
  });

  it('adds the difference of what the order counts', () => {
    expect(change(nothing, waiting).counters).toEqual({ created: 1, waits: 1 });
    expect(change(waiting, done).counters).toEqual({ waits: -1, done: 1 });
    expect(change(nothing, done).counters).toEqual({ created: 1, done: 1 });
  });

  it('takes from the pools what the order holds more, and gives back what it holds less', () => {
    expect(change(nothing, waiting).pools).toEqual({ shelf: -2 });
    expect(change(waiting, done).pools).toEqual({ shelf: 2 });
    expect(change(nothing, done).pools).toEqual({});
  });

  it('sets the due time when it is another, and clears it when there is none any more', () => {
    expect(change(nothing, waiting).dueAt).toBe(50);
    expect(change(waiting, { ...waiting }).dueAt).toBeUndefined();
    expect(change(waiting, done).dueAt).toBe('never');
    expect(change(nothing, { ...done }).dueAt).toBeUndefined();
  });

  it('has a closed order forgotten after the retention from its last event on, and one that waits never', () => {
    expect(change(waiting, done).expireAfterMs).toBe(RETAIN_MS);
    expect(change(done, { ...done, version: 3 }).expireAfterMs).toBe(RETAIN_MS);
    expect(change(done, waiting).expireAfterMs).toBe('never');
    expect(change(nothing, waiting).expireAfterMs).toBeUndefined();
    // An order of which nothing is known owes nothing.
    const closedAtFirst = { ...rules, isClosed: (state: string) => state !== 'waits' };
    expect(changeOf(closedAtFirst, nothing, waiting, [], RETAIN_MS).expireAfterMs).toBeUndefined();
    expect(change(waiting, { ...waiting }).expireAfterMs).toBeUndefined();
  });
});

describe('a difference', () => {
  it.each<[Record<string, number>, Record<string, number>, Record<string, number>]>([
    [{}, {}, {}],
    [{ a: 1 }, { a: 1 }, {}],
    [{ a: 1 }, { a: 3 }, { a: 2 }],
    [
      { a: 1, b: 2 },
      { b: 2, c: 3 },
      { a: -1, c: 3 },
    ],
    [{ a: 0 }, {}, {}],
    [{}, { a: 0 }, {}],
    [{}, { constructor: 1 }, { constructor: 1 }],
    [{ constructor: 1 }, {}, { constructor: -1 }],
  ])('from %j to %j is %j', (before, after, difference) => {
    expect(differenceOf(before, after)).toEqual(difference);
  });
});
