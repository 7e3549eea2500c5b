import type { Injected, Scene } from '../faults/fault.ts';
import { type FaultStep, injectFault } from '../faults/faults.ts';
import type { Customers } from './customers.ts';
import { changeDemand, type DemandStep } from './demand.ts';

/** What an experiment or a game day does to a stack: a fault, or other customers. */
export type Disturbance = FaultStep | DemandStep;

export const isFault = (disturbance: Disturbance): disturbance is FaultStep => 'fault' in disturbance;

/** @throws NotRunnable when this stack cannot be disturbed so */
export const disturb = async (
  disturbance: Disturbance,
  scene: Scene & { readonly customers: Customers },
): Promise<Injected> =>
  isFault(disturbance) ? injectFault(disturbance, scene) : changeDemand(disturbance, scene.customers);
