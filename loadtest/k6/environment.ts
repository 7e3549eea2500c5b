import { ordersOf, plainMix, realisticMix } from '../orders.ts';
import { refuseForeign } from './loopback.ts';

/** Variables of a profile: `k6 run -e RATE=50 loadtest/steady.ts`. `npm run load` sets them from its options. */
const read = (name: string): string | undefined => __ENV[name] || undefined;

/** @throws naming the variable and the remedy. */
function number(name: string, fallback: number): number {
  const text = read(name) ?? String(fallback);
  if (Number(text) > 0) return Number(text);
  throw new Error(`${name}=${text} must be a number above 0, such as ${name}=${fallback}`);
}

/** Base URL of the order intake. */
export const target = (read('TARGET') ?? 'http://127.0.0.1:8080').replace(/\/+$/, '');
refuseForeign(target, read('OWN_TARGET') === '1');

/** Base URL of the Grafana in which the run annotates itself; undefined: nowhere. */
export const grafana = read('GRAFANA');

/** Orders per second. */
export const rate = (fallback: number): number => number('RATE', fallback);
/** Of each phase of a profile, `30s`, `10m` or `1h`; in seconds. @throws naming the variable and the remedy. */
export function duration(fallback: string): number {
  const text = read('DURATION') ?? fallback;
  const [, digits, unit] = /^(\d+)(s|m|h)$/.exec(text) ?? [];
  if (!(Number(digits) > 0)) throw new Error(`DURATION=${text} is no duration: write it like 30s, 10m or 1h`);
  return Number(digits) * { s: 1, m: 60, h: 3_600 }[unit as 's' | 'm' | 'h'];
}

/** How long an order is followed, in seconds: longer than the stack's ORDER_TIMEOUT, by which each order has ended. */
export const followSeconds = number('FOLLOW_SECONDS', 45);
/** For `npm run load`: every answer and every end as one line of the log (order-line.ts), and the summary as JSON. */
export const machineReadable = read('MACHINE_READABLE') === '1';

const seed = number('SEED', 1);
const mix = read('MIX') === 'plain' ? plainMix : realisticMix;

/** The prefix of every Idempotency-Key: another one each time, else the orders would be repetitions. */
export const runName = (): string => read('RUN') ?? `load-${Date.now()}`;
/** The orders of a run. Followed orders have keys of their own. */
export const ordersOfRun = (run: string, kind: 'placed' | 'followed') => ordersOf({ seed, run: `${run}-${kind}`, mix });
