import { describe, expect, it } from 'vitest';
import { anEvent, behaviourOf, createBench } from '#shared/testing/rules-bench.ts';
import { inventoryService } from './service.ts';
import type { InventoryState } from './state.ts';

const TTL = 60_000;
const behaviour = behaviourOf<InventoryState>(inventoryService, { RESERVATION_TTL: '1m' });
const { given, rebuilt, owedIn } = createBench(inventoryService, behaviour);

const ordered = (change: object = {}) =>
  anEvent('order.created', { pizzaType: 'margherita', toppings: ['olives'], size: 'large', ...change });
const created = ordered();
const timeout = anEvent('order.timeout');
const cancelled = anEvent('order.cancelled');
const ready = anEvent('kitchen.ready');
const reservationId = 'inv-1-001';
const release = anEvent('inventory.release', { reservationId, reason: 'late' });
const ofAnother = anEvent('inventory.release', { reservationId: 'inv-2-001', reason: 'late' });

const ingredients = { 'dough-large': 1, cheese: 150, 'tomato-sauce': 120, olives: 50 };
const reserved = expect.stringMatching(/^inventory\.reserved inv-1-001 /);
const expired = `inventory.expired ${reservationId}`;
const released = `inventory.released ${reservationId} late`;
const ranOut = { now: TTL, caughtUp: true };

describe('a reservation', () => {
  it('is of all ingredients, and lasts as long as it says', () => {
    const { published, holds, dueAt, events, isClosed } = given(created);
    expect({ published, holds, dueAt, isClosed }).toEqual({
      published: [reserved],
      holds: ingredients,
      dueAt: TTL,
      isClosed: false,
    });
    expect(events.at(-1)).toMatchObject({
      causationId: created.id,
      data: { expiresAt: new Date(TTL).toISOString(), ingredientsReserved: expect.any(Array) },
    });
  });

  it('is of nothing when the pizza or a topping is not on the menu', () => {
    expect(given(ordered({ pizzaType: 'calzone', toppings: ['olives', 'chocolate'] }))).toMatchObject({
      published: ['inventory.unavailable not-on-the-menu calzone chocolate'],
      holds: {},
      dueAt: undefined,
      isClosed: true,
    });
  });

  it('is of nothing when some of it is out of stock', () => {
    expect(given({ insufficient: ['cheese', 'olives'] }, created)).toMatchObject({
      published: ['inventory.unavailable out-of-stock cheese olives'],
      holds: {},
      isClosed: true,
    });
  });

  it('is made once, and refused once', () => {
    const again = { ...ordered({ size: 'small' }), id: 'again' };
    expect(given(created, again).published).toEqual([reserved]);
    expect(given({ insufficient: ['cheese'] }, created, { insufficient: [] }).published).toHaveLength(1);
  });
});

describe('a reservation that runs out', () => {
  it('is announced once the service has caught up with the stream, and keeps its ingredients', () => {
    expect(given(created, { ...ranOut, caughtUp: false })).toMatchObject({ published: [reserved], dueAt: TTL });
    expect(given(created, { ...ranOut, now: TTL - 1 }).published).toEqual([reserved]);
    expect(given(created, ranOut, ranOut)).toMatchObject({
      published: [reserved, expired],
      holds: ingredients,
      dueAt: undefined,
      isClosed: false,
    });
  });

  it('is a claim only: the order may be ready all the same, or be released', () => {
    expect(given(created, ranOut, ready)).toMatchObject({
      published: [reserved, expired],
      holds: ingredients,
      isClosed: true,
    });
    expect(given(created, ranOut, release)).toMatchObject({
      published: [reserved, expired, released],
      holds: {},
      isClosed: true,
    });
  });

  it('is not announced once the order is ready or the ingredients are released', () => {
    expect(given(created, ready, ranOut)).toMatchObject({ published: [reserved], dueAt: undefined });
    expect(given(created, release, ranOut)).toMatchObject({ published: [reserved, released], dueAt: undefined });
  });
});

describe('the ingredients', () => {
  it('are used up by an order that is ready: a release comes too late', () => {
    expect(given(created, ready)).toMatchObject({ holds: ingredients, dueAt: undefined, isClosed: true });
    expect(given(created, ready, release)).toMatchObject({ published: [reserved], holds: ingredients });
  });

  it('are given back when they are released, which is reported once', () => {
    const result = given(created, release, { ...release, id: 'again' });
    expect(result).toMatchObject({ published: [reserved, released], holds: {}, dueAt: undefined, isClosed: true });
    expect(result.events.at(-1)).toMatchObject({ causationId: release.id });
    expect(given(created, release, ready)).toMatchObject({ published: [reserved, released], holds: {} });
  });

  it('are not given back by the release of another reservation, which is rejected', () => {
    expect(given(created, ofAnother)).toMatchObject({ published: [reserved], holds: ingredients, outcome: 'rejected' });
    expect(given(created, ofAnother, release)).toMatchObject({ published: [reserved, released], outcome: 'ok' });
  });

  it('are kept by an order that ended, until the kitchen releases them', () => {
    expect(given(created, timeout)).toMatchObject({ published: [reserved], holds: ingredients, isClosed: false });
  });
});

it.each([timeout, cancelled])('an order that ended before it was announced gets nothing: $type', (end) => {
  expect(given(end, created)).toMatchObject({ published: [], holds: {}, dueAt: undefined, isClosed: true });
});

describe('a rebuild', () => {
  it('comes to what was lived, and decides nothing again', () => {
    for (const lived of [given(created), given(created, ranOut), given(created, release), given(created, ready)]) {
      const again = rebuilt(...lived.events);
      expect({ ...again, effects: [], outcome: undefined }).toEqual({ ...lived, effects: [], outcome: undefined });
      expect(owedIn(again.state)).toEqual([]);
    }
  });

  it('goes on with a release that was not reported', () => {
    const { state } = rebuilt(...given(created).events, release);
    expect(owedIn(state)).toEqual([released]);
  });
});
