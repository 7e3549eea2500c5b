import exec from 'k6/execution';
import http from 'k6/http';
import type { Options } from 'k6/options';
import { ordersOfRun, runName, target } from './environment.ts';
import { followOrder } from './follow-order.ts';
import { beginMark, endMark } from './mark-run.ts';
import { placeOrder } from './place-order.ts';
import { summaryTrendStats } from './summary.ts';
import { always } from './thresholds.ts';

export { handleSummary } from './summary.ts';

/** What every profile exports: k6 calls `setup` once, then the scenarios' functions at their rates, then `teardown`. */
interface Run {
  readonly run: string;
  /** Its annotation in Grafana. */
  readonly mark: number | null;
}

/** A profile's options: its scenarios, its thresholds and those that hold under any load. */
export const profile = (scenarios: Options['scenarios'], thresholds: Options['thresholds'] = {}): Options => ({
  summaryTrendStats,
  ...(scenarios && { scenarios }),
  thresholds: { ...always(), ...thresholds },
});

/** Aborts the test when no order intake answers at the target. */
export function setup(): Run {
  const { status, error } = http.get(`${target}/openapi.json`, { tags: { name: 'GET /openapi.json' } });
  if (status !== 200)
    exec.test.abort(`no order intake answers at ${target} (${error || `status ${status}`}): start one by npm start`);
  const run = runName();
  return { run, mark: beginMark(run) };
}

export const teardown = ({ mark }: Run): void => endMark(mark);

/** Each call is another order: none is sent by two users, and none twice unless its customer repeats it. */
export const place = ({ run }: Run): void =>
  void placeOrder(ordersOfRun(run, 'placed')(exec.scenario.iterationInTest + offset()));

export const follow = ({ run }: Run): void => {
  const n = exec.scenario.iterationInTest + offset();
  followOrder(ordersOfRun(run, 'followed')(n), n);
};

/** Number of the phase's first order. */
const offset = (): number => Number(__ENV.FIRST ?? 0);
