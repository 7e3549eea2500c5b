import { pattern } from '#services/patterns/choreography/pattern.ts';
import { correlatorOf } from '#shared/contracts/flow.ts';
import type { Verdict } from '../../../chaos/simulation/recording.ts';
import { runUniverses } from '../../../chaos/simulation/run.ts';
import { Universe } from '../../../chaos/simulation/universe.ts';
import type { FaultKind } from '../../../chaos/simulation/world/weather.ts';
import type { Wrong } from '../../../chaos/simulation/wrong-orders.ts';
import type { Finding } from '../exercise.ts';
import type { StartKitchen } from './small-world.ts';

const SEEDS = [1, 2, 3];
const ORDERS = 60;
const FAULTS: readonly FaultKind[] = [
  ...(['deliveryLost', 'redelivery', 'duplicate', 'reorder', 'delay', 'drop'] as const),
  ...(['publishLost', 'pubAckLost', 'callLost', 'answerLost', 'kill', 'brokerAway', 'storeAway'] as const),
];

const findings: readonly (Pick<Finding, 'id' | 'message'> & { readonly wrong: Wrong })[] = [
  { wrong: 'lost', id: 'storm-loses-order', message: 'In a storm of faults an order comes to no end.' },
  { wrong: 'doubled', id: 'storm-doubles-outcome', message: 'In a storm of faults an order ends more than once.' },
];

/**
 * The answer in place of the kitchen, in the simulation of the whole stack: two processes, the other services with their real rules,
 * and faults that follow from a seed. Explained by the order of which there is least to tell.
 */
export async function storm(start: StartKitchen): Promise<Finding | undefined> {
  const { flow } = pattern;
  const consumes = flow.requirements.map(({ fulfilled }) => fulfilled);
  const snippet = { name: 'answer', does: '', consumes, start };
  const traces = new Map<string, string[]>();
  const universes = SEEDS.map((seed) => {
    const trace = (atMs: number, orderId: string | undefined, line: string) => {
      const key = `${seed}:${orderId}`;
      traces.set(key, [...(traces.get(key) ?? []), `${(atMs / 1_000).toFixed(3).padStart(8)} s  ${line}`]);
    };
    return new Universe({ seed, orders: ORDERS, only: FAULTS, pattern, snippet, trace });
  });
  const verdicts: Verdict[] = [];
  await runUniverses(universes.values(), (verdict) => verdicts.push(verdict));
  for (const { wrong, ...finding } of findings) {
    const orders = verdicts.flatMap((verdict) =>
      verdict.wrong[wrong].map((id) => traces.get(`${verdict.seed}:${id}`) ?? []),
    );
    const [shortest] = orders.map(ofKitchen).sort((a, b) => a.length - b.length);
    if (shortest)
      return {
        ...finding,
        expected: 'one outcome for each order',
        came: `${orders.length} of ${SEEDS.length * ORDERS} orders`,
        timeline: shortest,
      };
  }
  return undefined;
}

/** Its own steps, and the faults. */
const ofKitchen = (trace: readonly string[]): string[] =>
  trace.filter((line) => line.includes(` ${correlatorOf(pattern.flow)}#`) || line.includes(' -- '));
