import type { Experiment } from '../experiment.ts';
import { faultOf } from '../faults/faults.ts';
import type { Needs } from '../target/target.ts';
import { faultsOf } from './method.ts';

/** What an experiment's faults and its stack need before anything starts. */
export function needsOf(experiment: Experiment): Needs {
  const specs = faultsOf(experiment);
  return {
    env: experiment.stack?.env ?? {},
    replicas: experiment.stack?.replicas ?? {},
    network: specs.some((spec) => faultOf(spec).needs?.network),
    skewable: specs.flatMap((spec) => faultOf(spec).needs?.skewable?.(spec) ?? []),
  };
}
