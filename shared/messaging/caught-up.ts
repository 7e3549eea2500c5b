import { setTimeout as delay } from 'node:timers/promises';
import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream';
import { askAgainIn } from './ask-again.ts';
import { ifFound } from './broker-answer.ts';

const LOOK_AGAIN_MS = 50;

/** Have these durables settled everything that the stream holds now? Looks again until `withinMs` have passed. */
export async function caughtUp(
  jsm: JetStreamManager,
  stream: string,
  durables: readonly string[],
  withinMs: number,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  const { state } = await jsm.streams.info(stream);
  // One after the other: while one is behind, the others are not asked about.
  for (const durable of durables)
    for (;;) {
      const asked = performance.now();
      if (hasSettled(await jsm.consumers.info(stream, durable), state.last_seq)) break;
      const now = performance.now();
      if (now >= deadline) return false;
      await delay(Math.min(askAgainIn(now - asked, LOOK_AGAIN_MS), deadline - now));
    }
  return true;
}

/** The sequence up to which these durables have settled everything that the stream holds; 0 when one does not exist. */
export async function settledUpTo(jsm: JetStreamManager, stream: string, durables: readonly string[]): Promise<number> {
  // First: what is stored between the two questions must not count as settled.
  const { state } = await jsm.streams.info(stream);
  const infos = await Promise.all(durables.map((durable) => ifFound(jsm.consumers.info(stream, durable))));
  return Math.min(state.last_seq, ...infos.map((info) => (info ? floorOf(info, state.last_seq) : 0)));
}

function floorOf({ num_pending, num_ack_pending, delivered, ack_floor }: ConsumerInfo, last: number): number {
  if (num_ack_pending > 0) return ack_floor.stream_seq;
  return num_pending > 0 ? delivered.stream_seq : last;
}

const hasSettled = (info: ConsumerInfo, upTo: number): boolean =>
  (info.num_pending === 0 || info.delivered.stream_seq >= upTo) &&
  (info.num_ack_pending === 0 || info.ack_floor.stream_seq >= upTo);
