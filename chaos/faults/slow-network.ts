import { parseDuration } from '#shared/contracts/duration.ts';
import type { Server } from '../target/network.ts';
import { networkOf } from './disturbed-network.ts';
import type { Fault } from './fault.ts';

export interface SlowNetwork {
  readonly fault: 'slow-network';
  readonly server: Server;
  /** Whose way to it; default: everybody's. */
  readonly services?: readonly string[];
  /** Added to each direction. */
  readonly latency: string;
  readonly jitter?: string;
}

export const slowNetwork: Fault<SlowNetwork> = {
  needs: { network: true },
  async inject({ server, services, latency, jitter = '0ms' }, { target }) {
    const attributes = { latency: parseDuration(latency) ?? 0, jitter: parseDuration(jitter) ?? 0 };
    const undo = await networkOf(target).disturb(server, services, { type: 'latency', attributes });
    return { what: `the way to ${server} slowed by ${latency} in each direction`, undo };
  },
};
