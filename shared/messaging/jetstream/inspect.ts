import { setTimeout as delay } from 'node:timers/promises';
import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream';
import { deadLetterStream, deadLetterSubject, type Flow } from '#shared/contracts/flow.ts';
import { askAgainIn, type DurableState, type StreamFill } from '../broker-inspector.ts';
import { ifFound } from './broker-answer.ts';

const LOOK_AGAIN_MS = 50;

export async function allDurables(jsm: JetStreamManager, stream: string): Promise<DurableState[]> {
  const states: DurableState[] = [];
  for await (const info of jsm.consumers.list(stream)) if (info.config.durable_name) states.push(stateOf(info));
  return states;
}

const stateOf = (info: ConsumerInfo): DurableState => ({
  durable: info.name,
  pending: info.num_pending,
  ackPending: info.num_ack_pending,
  redelivered: info.num_redelivered,
});

export async function streamFill(jsm: JetStreamManager, stream: string): Promise<StreamFill> {
  const { config, state } = await jsm.streams.info(stream);
  const share = (used: number, limit: number) => (limit > 0 ? used / limit : 0);
  return { bytes: share(state.bytes, config.max_bytes), messages: share(state.messages, config.max_msgs) };
}

export async function countDeadLetters(jsm: JetStreamManager, flow: Flow, service: string): Promise<number> {
  const subjects_filter = deadLetterSubject(service, '>');
  const { state } = await jsm.streams.info(deadLetterStream(flow), { subjects_filter });
  return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
}

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
      if (floorOf(await jsm.consumers.info(stream, durable), state.last_seq) >= state.last_seq) break;
      const now = performance.now();
      if (now >= deadline) return false;
      await delay(Math.min(askAgainIn(now - asked, LOOK_AGAIN_MS), deadline - now));
    }
  return true;
}

/** The sequence up to which these durables have settled everything that the stream holds; 0 when one does not exist. */
export async function settledUpTo(jsm: JetStreamManager, stream: string, durables: readonly string[]): Promise<number> {
  // First: what is stored between the two questions must not count as settled.
  const { last_seq } = (await jsm.streams.info(stream)).state;
  const infos = await Promise.all(durables.map((durable) => ifFound(jsm.consumers.info(stream, durable))));
  return Math.min(last_seq, ...infos.map((info) => (info ? floorOf(info, last_seq) : 0)));
}

/** Up to which sequence everything is settled, of what the stream held when it ended with `last`. */
function floorOf({ num_pending, num_ack_pending, delivered, ack_floor }: ConsumerInfo, last: number): number {
  if (num_ack_pending > 0) return ack_floor.stream_seq;
  return num_pending > 0 ? delivered.stream_seq : last;
}
