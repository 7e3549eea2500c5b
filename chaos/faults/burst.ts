import type { Fault } from './fault.ts';

export interface Burst {
  readonly fault: 'burst';
  /** So many orders at the same moment. */
  readonly orders: number;
}

export const burst: Fault<Burst> = {
  meaning: 'many orders at once, so that whatever is struck next is struck in the middle of its work',
  async inject({ orders }, { customers }) {
    customers.orderAtOnce(orders);
    return { what: `${orders} orders at once` };
  },
};
