import { scheduledScan } from '../../../../chaos/simulation/snippets/timeouts.ts';
import type { Kitchen, Ports } from '../kitchen.ts';

/** The workshop's own: get, put, the guard against copies, and the scan. One process after the other, it is right. */
export function startKitchen(ports: Ports): Kitchen {
  const redis = { hset: unused, expire: unused, hgetall: unused, del: unused };
  const { handleEvent, onSchedule = unused } = scheduledScan.start({ ...ports, redis });
  return { handleEvent, onSchedule };
}

async function unused(): Promise<never> {
  throw new Error('this snippet keeps nothing in Redis');
}
