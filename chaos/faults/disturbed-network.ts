import type { Network } from '../target/network.ts';
import { NotRunnable, type Target } from '../target/target.ts';

/** @throws NotRunnable when nothing stands in the ways of this stack */
export function networkOf({ network, name }: Target): Network {
  if (network) return network;
  throw new NotRunnable(`no toxiproxy stands between the services and the servers of ${name}`);
}
