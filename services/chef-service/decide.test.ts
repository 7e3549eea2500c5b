import { describe, expect, it } from 'vitest';
import { anEvent, behaviourOf, createBench } from '#shared/testing/rules-bench.ts';
import { roster } from './roster.ts';
import { chefService } from './service.ts';
import type { ChefState } from './state.ts';

const { given, rebuilt, owedIn } = createBench(chefService, behaviourOf<ChefState>(chefService));
const ordered = (pizzaType: string, more: object = {}) =>
  anEvent('order.created', { pizzaType, toppings: [], size: 'large', ...more });
const timeout = anEvent('order.timeout');
const cancelled = anEvent('order.cancelled');
const ready = anEvent('kitchen.ready');
const release = (chefId: string) => anEvent('chef.release', { chefId, reason: 'late' });

/** Luca alone makes pepperoni. */
const pepperoni = ordered('pepperoni');
const luca = 'chef-luca';
const lucaAssigned = 'chef.assigned chef-luca Luca Ferrari 12 true';
const specialistsOf = (pizza: string) => roster.filter(({ specialties }) => specialties.includes(pizza));

describe('assignment', () => {
  it('gives the order to a specialist, with the time that the size takes', () => {
    expect(given(pepperoni)).toMatchObject({ published: [lucaAssigned], holds: { [luca]: 1 }, isClosed: false });
    const [published] = given(ordered('pepperoni', { size: 'small' })).published;
    expect(published).toBe('chef.assigned chef-luca Luca Ferrari 8 true');
  });

  it('goes to any chef who is free, for longer, when the specialist is busy', () => {
    const [published] = given({ insufficient: [luca] }, pepperoni).published;
    expect(published).toMatch(/^chef\.assigned chef-(mario|giulia|sofia) .* 16 false$/);
  });

  it('asks the next one when that one is busy, too, and nobody when all are', () => {
    const asked = new Set<string>();
    for (let tries = 0; tries < roster.length; tries += 1) {
      const [chefId] = Object.keys(given({ insufficient: [...asked] }, pepperoni).holds);
      expect(asked).not.toContain(chefId);
      asked.add(chefId ?? '');
    }
    expect(given({ insufficient: [...asked] }, pepperoni)).toMatchObject({
      published: ['chef.unavailable all-chefs-busy'],
      holds: {},
      isClosed: true,
    });
  });

  it('leaves some pizzas to specialists, and refuses what nobody is one for', () => {
    const tartufo = ordered('tartufo');
    expect(given(tartufo).holds).toEqual({ 'chef-sofia': 1 });
    expect(given({ insufficient: ['chef-sofia'] }, tartufo).published).toEqual(['chef.unavailable all-chefs-busy']);
    expect(given(ordered('pizza-fritta')).published).toEqual(['chef.unavailable no-chef-with-that-specialty']);
  });

  it.each(['margherita', 'calzone'])('spreads orders of %s over all who may make it first', (pizza) => {
    const { rules } = behaviourOf<ChefState>(chefService);
    const state = rules.evolve(rules.initial, ordered(pizza));
    const chefs = Array.from({ length: 200 }, (_, n) => {
      const circumstances = { orderId: `ord-${n}`, now: 0, caughtUp: false, insufficient: [] };
      return rules.decide(state, circumstances).publish?.[0]?.data.chefId;
    });
    const eligible = specialistsOf(pizza).length > 0 ? specialistsOf(pizza) : roster;
    for (const { chefId } of eligible)
      expect(chefs.filter((chosen) => chosen === chefId).length).toBeGreaterThan(200 / eligible.length / 2);
    expect(new Set(chefs).size).toBe(eligible.length);
  });

  it('is decided once, whatever the order is announced with again', () => {
    const again = { ...ordered('tartufo'), id: 'again' };
    expect(given(pepperoni, again)).toMatchObject({ published: [lucaAssigned], outcome: 'duplicate' });
  });
});

describe('a slot', () => {
  it('is free when the order is ready, which needs no report', () => {
    expect(given(pepperoni, ready)).toMatchObject({ published: [lucaAssigned], holds: {}, isClosed: true });
  });

  it('is free when the chef is released, which is reported once', () => {
    const released = 'chef.released chef-luca late';
    const again = { ...release(luca), id: 'again' };
    const result = given(pepperoni, release(luca), again);
    expect(result).toMatchObject({ published: [lucaAssigned, released], holds: {}, isClosed: true });
    expect(result.events.at(-1)).toMatchObject({ type: 'chef.released', causationId: release(luca).id });
    expect(given(pepperoni, ready, release(luca)).holds).toEqual({});
  });

  it('is not freed by the release of another chef, which is rejected', () => {
    expect(given(pepperoni, release('chef-mario'))).toMatchObject({
      published: [lucaAssigned],
      holds: { [luca]: 1 },
      outcome: 'rejected',
    });
    expect(given(release(luca))).toMatchObject({ published: [], outcome: 'rejected' });
    expect(given(pepperoni, release('chef-mario'), release(luca))).toMatchObject({ holds: {}, outcome: 'ok' });
  });

  it('is kept by an order that ended, until the kitchen releases it', () => {
    expect(given(pepperoni, timeout)).toMatchObject({
      published: [lucaAssigned],
      holds: { [luca]: 1 },
      isClosed: false,
    });
  });
});

describe('an order that ended', () => {
  it.each([timeout, cancelled])('before it was announced gets no chef: $type', (end) => {
    expect(given(end, pepperoni)).toMatchObject({ published: [], holds: {}, isClosed: true });
  });

  it('after nobody was found stays as it was', () => {
    expect(given(ordered('pizza-fritta'), cancelled)).toMatchObject({
      published: ['chef.unavailable no-chef-with-that-specialty'],
      isClosed: true,
    });
  });
});

describe('a rebuild', () => {
  it('keeps the chef who was chosen then, and decides nothing again', () => {
    const mario = anEvent('chef.assigned', {
      chefId: 'chef-mario',
      chefName: 'x',
      estimatedPrepTime: 1,
      specialtyMatch: false,
    });
    const { state, holds } = rebuilt(pepperoni, mario);
    expect({ holds, owed: owedIn(state) }).toEqual({ holds: { 'chef-mario': 1 }, owed: [] });
    // The order ended before the chef had come that far in the stream.
    expect(rebuilt(timeout, pepperoni, mario).holds).toEqual({ 'chef-mario': 1 });
  });

  it('goes on with a release that was not reported', () => {
    const { state } = rebuilt(...given(pepperoni).events, release(luca));
    expect(owedIn(state)).toEqual(['chef.released chef-luca late']);
  });
});
