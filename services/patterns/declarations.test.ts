import { describe, expect, it } from 'vitest';
import { contractOf, correlatorOf, emittedBy } from '#shared/contracts/flow.ts';
import { foreignFields } from '#shared/contracts/ownership.ts';
import type { Pattern } from '#shared/runtime/pattern.ts';
import { pattern as aggregator } from './aggregator/pattern.ts';
import { pattern as chain } from './chain/pattern.ts';
import { pattern as choreography } from './choreography/pattern.ts';
import { pattern as orchestration } from './orchestration/pattern.ts';
import { pattern as restate } from './orchestration/restate/pattern.ts';
import { pattern as sequential } from './orchestration/sequential/pattern.ts';
import { pattern as stateTransfer } from './state-transfer/pattern.ts';

const patterns = [choreography, orchestration, sequential, restate, chain, aggregator, stateTransfer];

/** What each service may be caused to publish, by the event that causes it. */
const reactionsOf = ({ flow, services }: Pattern) =>
  services.flatMap(({ name, reacts }) => Object.entries(reacts(flow)).map(([type, then]) => ({ name, type, then })));

describe.each(patterns.map((pattern) => [pattern.name, pattern] as const))(
  'the declarations of %s',
  (_name, pattern) => {
    const { flow, services } = pattern;
    const reactions = reactionsOf(pattern);

    it('name every service that owns an event, once, and let it publish only what it owns', () => {
      const names = services.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const { owner } of Object.values(flow.events)) expect(names).toContain(owner);
      for (const { name, then } of reactions)
        for (const type of then) expect(emittedBy(flow, name), `${name} publishes ${type}`).toContain(type);
    });

    it('have an engine where, and only where, the flow says that there is no store', () => {
      const engines = services.filter(({ engine }) => engine).map(({ name }) => name);
      expect(engines).toEqual(flow.storeless ?? []);
    });

    it('react to types of others only and copy no others, and to no event that it causes itself', () => {
      const copied = services.flatMap(({ name, copies }) => (copies?.(flow) ?? []).map((type) => ({ name, type })));
      for (const { name, type } of [...reactions, ...copied])
        expect(contractOf(flow, type).owner, `${name} reads ${type}`).not.toBe(name);
      const walk = (type: string, path: readonly string[]): void => {
        expect(path, 'a chain of events that comes back to itself').not.toContain(type);
        for (const next of new Set(reactions.filter((one) => one.type === type).flatMap(({ then }) => then)))
          walk(next, [...path, type]);
      };
      walk(flow.start, []);
    });

    it('have examples that fit, and let the correlator alone ask for what is of another domain', () => {
      for (const [type, { schema, example, owner, askedByCorrelator }] of Object.entries(flow.events)) {
        expect(schema.safeParse(example).error, type).toBeUndefined();
        expect(owner, type).toBe(askedByCorrelator ? correlatorOf(flow) : `${type.split('.')[0]}-service`);
      }
    });
  },
);

describe('the flows', () => {
  it.each(patterns.map((pattern) => [pattern.name, pattern] as const))(
    '%s has the start, the outcomes and the requirements of the choreography',
    (_name, { flow }) => {
      const { start, outcomes, requirements, stream } = choreography.flow;
      expect(flow).toMatchObject({ start, outcomes, stream });
      const bare = flow.requirements.map(({ startedBy: _, ...requirement }) => requirement);
      expect(bare).toEqual(requirements);
    },
  );

  it('have payment, inventory and chef begin by another event each, with the same rules', () => {
    const triggers = patterns.map(({ flow }) => flow.requirements.map(({ startedBy }) => startedBy ?? flow.start));
    expect(Object.fromEntries(patterns.map(({ name }, at) => [name, triggers[at]]))).toEqual({
      choreography: ['order.created', 'order.created', 'order.created'],
      orchestration: ['payment.charge', 'inventory.reserve', 'chef.assign'],
      [sequential.name]: ['payment.charge', 'inventory.reserve', 'chef.assign'],
      [restate.name]: ['payment.charge', 'inventory.reserve', 'chef.assign'],
      chain: ['order.created', 'payment.completed', 'inventory.reserved'],
      aggregator: ['order.created', 'order.created', 'order.created'],
      'state-transfer': ['order.accepted', 'order.accepted', 'order.accepted'],
    });
  });
});

it('the fields that a publisher does not own tell the patterns apart', () => {
  const counts = patterns.map(({ name, flow }) => [name, Object.values(foreignFields(flow)).flat().length]);
  expect(Object.fromEntries(counts)).toEqual({
    choreography: 0,
    orchestration: 6,
    'orchestration/sequential': 6,
    'orchestration/restate': 6,
    chain: 39,
    aggregator: 9,
    'state-transfer': 4,
  });
  const { 'payment.completed': first, 'inventory.reserved': second } = foreignFields(chain.flow);
  expect(first).toEqual(['pizzaType', 'toppings', 'size', 'totalAmount']);
  expect(second).toEqual(['amountCharged', ...(first ?? [])]);
  expect(Object.keys(foreignFields(aggregator.flow))).toEqual(['order.confirmed']);
});
