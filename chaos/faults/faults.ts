import type { FaultInput, ServiceFaultName } from '#shared/faults/fault-spec.ts';
import type { FaultName } from '#shared/faults/vocabulary.ts';
import type { Fault, Injected, Scene } from './fault.ts';
import { type Freeze, freeze } from './freeze.ts';
import { type Kill, kill } from './kill.ts';
import { type Partition, partition } from './partition.ts';
import { type ResetConnections, resetConnections } from './reset-connections.ts';
import { type Restart, restart } from './restart.ts';
import { serviceFault } from './service-fault.ts';
import { type Skew, skew } from './skew.ts';
import { type SlowNetwork, slowNetwork } from './slow-network.ts';
import { type Wipe, wipe } from './wipe.ts';

/** A fault that is injected from outside of the services; each has a file beside this one. */
type StackFault = Kill | Freeze | Restart | Wipe | SlowNetwork | Partition | ResetConnections | Skew;

/** Any fault of the vocabulary, with its parameters. */
export type FaultStep = StackFault | FaultInput;

export const stackFaults: {
  readonly [Name in Exclude<FaultName, ServiceFaultName>]: Fault<Extract<StackFault, { fault: Name }>>;
} = {
  kill,
  freeze,
  restart,
  wipe,
  'slow-network': slowNetwork,
  partition,
  'reset-connections': resetConnections,
  skew,
};

const isStackFault = (step: FaultStep): step is StackFault => Object.hasOwn(stackFaults, step.fault);

/** A step's name picks its fault, so the two belong together. */
export const faultOf = (step: FaultStep): Fault<FaultStep> =>
  (isStackFault(step) ? stackFaults[step.fault] : serviceFault) as Fault<FaultStep>;

export const injectFault = (step: FaultStep, scene: Scene): Promise<Injected> => faultOf(step).inject(step, scene);
