import type { Server } from '../target/network.ts';
import { networkOf } from './disturbed-network.ts';
import type { Fault } from './fault.ts';

export interface ResetConnections {
  readonly fault: 'reset-connections';
  readonly server: Server;
  readonly services?: readonly string[];
}

export const resetConnections: Fault<ResetConnections> = {
  needs: { network: true },
  async inject({ server, services }, { target }) {
    const undo = await networkOf(target).cut(server, services);
    return { what: `connections of ${services?.join(', ') ?? 'everybody'} to ${server} closed`, undo };
  },
};
