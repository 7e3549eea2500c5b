import { realisticMix, type Story } from '../../loadtest/orders.ts';
import type { Fault } from './fault.ts';

/** What the customers do, as far as an experiment changes it. */
export interface Orders {
  readonly fault: 'orders';
  /** Orders per second. Default: as before. */
  readonly rate?: number;
  /** Shares of orders with that story, over the realistic mix. */
  readonly mix?: Partial<Record<Exclude<Story, 'plain'>, number>>;
}

export const orders: Fault<Orders> = {
  meaning: 'the customers order more, or what cannot be made or paid (loadtest/orders.ts)',
  async inject({ rate, mix }, { customers }) {
    const undo = customers.change({ ...(rate && { rate }), ...(mix && { mix: { ...realisticMix, ...mix } }) });
    const shares = Object.entries(mix ?? {}).map(([story, share]) => `${share * 100} % ${story}`);
    return {
      what: `customers: ${[...(rate ? [`${rate} orders/s`] : []), ...shares].join(', ')}`,
      undo: async () => undo(),
    };
  },
};
