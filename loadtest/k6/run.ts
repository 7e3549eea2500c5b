import exec from 'k6/execution';
import http from 'k6/http';
import { ordersOfRun, runName, target } from './environment.ts';
import { followOrder } from './follow-order.ts';
import { placeOrder } from './place-order.ts';

/** What every profile exports: k6 calls `setup` once, then the scenarios' functions at their rates. */
export interface Run {
  readonly run: string;
}

/** @throws when no order intake answers at the target: better no figure than one of a wrong address. */
export function setup(): Run {
  const { status, error } = http.get(`${target}/openapi.json`, { tags: { name: 'GET /openapi.json' } });
  if (status !== 200)
    exec.test.abort(`no order intake answers at ${target} (${error || `status ${status}`}): start one by npm start`);
  return { run: runName() };
}

/** Each call is another order: none is sent by two users, and none twice but on purpose. */
export const place = ({ run }: Run): void =>
  void placeOrder(ordersOfRun(run, 'placed')(exec.scenario.iterationInTest + offset()));

export const follow = ({ run }: Run): void => {
  const n = exec.scenario.iterationInTest + offset();
  followOrder(ordersOfRun(run, 'followed')(n), n);
};

/** A profile of several phases counts on: each phase's scenario knows where its orders begin. */
const offset = (): number => Number(__ENV.FIRST ?? 0);
