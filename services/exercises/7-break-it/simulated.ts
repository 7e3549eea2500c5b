import { pattern } from '#services/patterns/choreography/pattern.ts';
import { faultsOf } from '../../../chaos/engine/method.ts';
import type { ExperimentData } from '../../../chaos/experiment.ts';
import { mutants } from '../../../chaos/simulation/mutants.ts';
import { runUniverses } from '../../../chaos/simulation/run.ts';
import { Universe } from '../../../chaos/simulation/universe.ts';
import { type FaultKind, faultKinds } from '../../../chaos/simulation/world/weather.ts';
import type { Finding } from '../exercise.ts';
import { seeds } from '../run-orders.ts';

/** The experiment's faults on a virtual clock: whether the bug can show at all. */

const ORDERS = 40;
const SEEDS = 12;

const bug = mutants.find(({ name }) => name === 'ack before publish');

export async function survives(experiment: ExperimentData): Promise<Finding | undefined> {
  const only = simulatedBy(experiment);
  for (const seed of seeds(SEEDS)) {
    const options = { seed, orders: ORDERS, only, pattern, ...(bug && { alteration: bug.alteration }) };
    let shown = false;
    await runUniverses([new Universe(options)].values(), ({ violations }) => {
      shown = violations.length > 0;
    });
    if (shown) return undefined;
  }
  const faults = faultsOf(experiment).map(({ fault }) => fault);
  return {
    id: 'bug-survives',
    message:
      'The services acknowledge first and work then. As long as the process lives it does the work, and nobody can tell the difference.',
    expected: 'a fault that ends a process between the acknowledgement and the work',
    came: `${faults.join(', ') || 'no fault'}: ${SEEDS * ORDERS} simulated orders with the bug, no violation`,
  };
}

/** A restart of a service is a kill: in the simulation another process always follows. */
function simulatedBy(experiment: ExperimentData): FaultKind[] {
  const kinds = Object.entries(faultKinds) as [FaultKind, { readonly simulates?: string }][];
  return faultsOf(experiment).flatMap((step) => {
    const isServer = 'part' in step && ['nats', 'redis'].includes(step.part);
    const fault = step.fault === 'restart' && !isServer ? 'kill' : step.fault;
    return kinds.flatMap(([kind, { simulates }]) => (simulates === fault ? [kind] : []));
  });
}
