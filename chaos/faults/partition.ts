import type { Server } from '../target/network.ts';
import { networkOf } from './disturbed-network.ts';
import type { Fault } from './fault.ts';

export interface Partition {
  readonly fault: 'partition';
  readonly server: Server;
  /** Who is cut off; default: everybody. */
  readonly services?: readonly string[];
}

export const partition: Fault<Partition> = {
  needs: { network: true },
  async inject({ server, services }, { target }) {
    // A timeout of 0 is a black hole: https://github.com/Shopify/toxiproxy#timeout
    const undo = await networkOf(target).disturb(server, services, { type: 'timeout', attributes: { timeout: 0 } });
    return { what: `${services?.join(', ') ?? 'everybody'} cut off from ${server}`, undo };
  },
};
