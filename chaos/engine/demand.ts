import { realisticMix, type Story } from '../../loadtest/orders.ts';
import type { Injected } from '../faults/fault.ts';
import type { Customers } from './customers.ts';

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

export type DemandStep = ChangeOrders | Burst;

export function changeDemand(step: DemandStep, customers: Customers): Injected {
  if ('burst' in step) {
    customers.orderAtOnce(step.burst);
    return { what: `${step.burst} orders at once` };
  }
  const { rate, mix } = step.orders;
  const undo = customers.change({ ...(rate && { rate }), ...(mix && { mix: { ...realisticMix, ...mix } }) });
  const shares = Object.entries(mix ?? {}).map(([story, share]) => `${share * 100} % ${story}`);
  return {
    what: `customers: ${[...(rate ? [`${rate} orders/s`] : []), ...shares].join(', ')}`,
    undo: async () => undo(),
  };
}
