import { realisticMix, type Story } from '../../loadtest/orders.ts';
import type { Customers } from '../customers.ts';
import type { Injected, Scene } from '../faults/fault.ts';
import { type FaultStep, injectFault } from '../faults/faults.ts';

/** Changes what the customers order. It is no fault: the system has to cope with it. */
export interface ChangeOrders {
  readonly orders: {
    /** Orders per second. Default: as before. */
    readonly rate?: number;
    /** Shares of orders with that story, over the realistic mix. */
    readonly mix?: Partial<Record<Exclude<Story, 'plain'>, number>>;
  };
}

/** So many orders at the same moment, so that a fault that follows meets work in progress. */
export interface Burst {
  readonly burst: number;
}

/** What an experiment or a game day does to a stack: a fault, or other customers. */
export type Disturbance = FaultStep | ChangeOrders | Burst;

export const isFault = (disturbance: Disturbance): disturbance is FaultStep => 'fault' in disturbance;

/** @throws NotRunnable when this stack cannot be disturbed so */
export async function disturb(
  disturbance: Disturbance,
  { customers, ...scene }: Scene & { readonly customers: Customers },
): Promise<Injected> {
  if (isFault(disturbance)) return injectFault(disturbance, scene);
  if ('orders' in disturbance) return changeOrders(disturbance, customers);
  customers.orderAtOnce(disturbance.burst);
  return { what: `${disturbance.burst} orders at once` };
}

function changeOrders({ orders: { rate, mix } }: ChangeOrders, customers: Customers): Injected {
  const undo = customers.change({ ...(rate && { rate }), ...(mix && { mix: { ...realisticMix, ...mix } }) });
  const shares = Object.entries(mix ?? {}).map(([story, share]) => `${share * 100} % ${story}`);
  return {
    what: `customers: ${[...(rate ? [`${rate} orders/s`] : []), ...shares].join(', ')}`,
    undo: async () => undo(),
  };
}
