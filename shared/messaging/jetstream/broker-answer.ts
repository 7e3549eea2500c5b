import { setTimeout as delay } from 'node:timers/promises';
import { JetStreamApiError } from '@nats-io/jetstream';
import { Unavailable } from '../faults.ts';

const NOT_FOUND = 404;
/** Overloaded, or not ready. (A refused configuration is a 500.) */
const PASSING = [429, 503];

/** The broker refuses us, or the streams that we need: nothing that passes by itself. */
export class BrokerRefusal extends Error {
  override readonly name = 'BrokerRefusal';
}

/** @throws Unavailable when the broker does not answer or cannot now, and its refusal as it is otherwise. */
export async function orUnavailable<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    if (cause instanceof BrokerRefusal) throw cause;
    if (cause instanceof JetStreamApiError && !PASSING.includes(cause.status)) throw cause;
    throw new Unavailable('broker', { cause });
  }
}

/** Undefined when there is no such stream or consumer. */
export async function ifFound<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.status === NOT_FOUND) return undefined;
    throw error;
  }
}

/** Repeats it until the broker, which may just have started, answers. @throws Unavailable, and a refusal at once */
export async function onceReady<T>(task: () => Promise<T>, withinMs = 5_000): Promise<T> {
  for (const deadline = performance.now() + withinMs; ; await delay(100))
    try {
      return await orUnavailable(task());
    } catch (error) {
      if (!(error instanceof Unavailable) || performance.now() > deadline) throw error;
    }
}
