import { parseDuration } from '#shared/contracts/duration.ts';
import type { Network, Server } from '../target/network.ts';
import { NotRunnable, type Target } from '../target/target.ts';
import type { Fault } from './fault.ts';

interface OfConnections {
  readonly server: Server;
  /** Whose connections to it; default: those of all services. */
  readonly services?: readonly string[];
}

interface SlowNetwork extends OfConnections {
  readonly fault: 'slow-network';
  /** Added to each direction. */
  readonly latency: string;
  readonly jitter?: string;
}

interface Partition extends OfConnections {
  readonly fault: 'partition';
}

interface ResetConnections extends OfConnections {
  readonly fault: 'reset-connections';
}

export type NetworkFault = SlowNetwork | Partition | ResetConnections;

/** @throws NotRunnable when no proxy is in the connections of this stack */
function networkOf({ network, name }: Target): Network {
  if (network) return network;
  throw new NotRunnable(`no toxiproxy stands between the services and the servers of ${name}`);
}

const slowNetwork: Fault<SlowNetwork> = {
  needs: { network: true },
  async inject({ server, services, latency, jitter = '0ms' }, { target }) {
    const attributes = { latency: parseDuration(latency) ?? 0, jitter: parseDuration(jitter) ?? 0 };
    const undo = await networkOf(target).disturb(server, services, { type: 'latency', attributes });
    return { what: `the network to ${server} slowed by ${latency} in each direction`, undo };
  },
};

const partition: Fault<Partition> = {
  needs: { network: true },
  async inject({ server, services }, { target }) {
    // A timeout of 0 passes nothing on and closes nothing: https://github.com/Shopify/toxiproxy#timeout
    const undo = await networkOf(target).disturb(server, services, { type: 'timeout', attributes: { timeout: 0 } });
    return { what: `${services?.join(', ') ?? 'every service'} cut off from ${server}`, undo };
  },
};

const resetConnections: Fault<ResetConnections> = {
  needs: { network: true },
  async inject({ server, services }, { target }) {
    const undo = await networkOf(target).cut(server, services);
    return { what: `connections of ${services?.join(', ') ?? 'every service'} to ${server} closed`, undo };
  },
};

export const networkFaults = { 'slow-network': slowNetwork, partition, 'reset-connections': resetConnections };
