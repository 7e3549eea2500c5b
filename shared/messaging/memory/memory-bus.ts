import { deadLetterSubject } from '#shared/contracts/flow.ts';
import type { Bus } from '../bus.ts';
import { Terminal, Unavailable } from '../faults.ts';
import { SubjectTaken, type WireMessage } from '../publisher.ts';
import type { StoredMessage } from '../stream-reader.ts';
import { subjectFilter } from '../subject-filter.ts';
import { MemoryDurable } from './memory-durable.ts';

export interface MemoryBusOptions {
  /** Ms since the epoch. */
  readonly now?: () => number;
  readonly ackWaitMs?: number;
  /** Deliveries of one message at most. */
  readonly maxDeliver?: number;
  /** Runs a task after so many ms; a virtual clock in simulation. */
  readonly schedule?: (task: () => void, ms: number) => unknown;
  /** How often `caughtUp` looks, on the schedule's clock. ms */
  readonly lookEveryMs?: number;
}

export interface MemoryBus extends Bus {
  /** Resolves when nothing is deliverable or being handled; a delivery that waits for its delay does not count. */
  settled(): Promise<void>;
}

/** Identity of its stream, which is never made anew. */
export const MEMORY_STREAM = 'memory';
const MAX_MESSAGE_BYTES = 512 * 1024;

const byTimer = (task: () => void, ms: number): unknown => setTimeout(task, ms).unref();

/** One stream in memory, with the semantics of the real one: at least once, de-duplicated by `Nats-Msg-Id`. */
export function createMemoryBus(options: MemoryBusOptions = {}): MemoryBus {
  const { now = Date.now, ackWaitMs = 5_000, maxDeliver = 64, schedule = byTimer, lookEveryMs = 5 } = options;
  const stream: StoredMessage[] = [];
  const bySubject = new Map<string, StoredMessage[]>();
  const byMessageId = new Map<string, number>();
  const durables = new Map<string, MemoryDurable>();
  const followers = new Set<(message: StoredMessage) => void>();
  const connectedSince = now();
  let closed = false;

  const checkOpen = (): void => {
    if (closed) throw new Unavailable('broker');
  };
  const on = (subject: string): StoredMessage[] => bySubject.get(subject) ?? [];
  const store = ({ subject, headers, body }: WireMessage): number => {
    const lowerCased: Record<string, string> = {};
    for (const name in headers) lowerCased[name.toLowerCase()] = (headers[name] ?? '').trim();
    const message = {
      subject,
      headers: lowerCased,
      body: typeof body === 'string' ? Buffer.from(body) : body,
      sequence: stream.length + 1,
      storedAt: now(),
    };
    const sameSubject = on(subject);
    if (sameSubject.push(message) === 1) bySubject.set(subject, sameSubject);
    stream.push(message);
    for (const durable of durables.values()) durable.offer(message);
    for (const follower of followers) follower(message);
    return message.sequence;
  };

  return {
    get status() {
      return closed ? 'closed' : 'connected';
    },
    connectedSince,
    publishWithinMs: 0,
    async publish(message, { expectLastSubjectSequence: expected } = {}) {
      checkOpen();
      await null;
      if (Buffer.byteLength(message.body) > MAX_MESSAGE_BYTES)
        throw new Terminal('too-large', `a message has at most ${MAX_MESSAGE_BYTES} bytes`);
      const messageId = message.headers['Nats-Msg-Id'];
      const known = messageId === undefined ? undefined : byMessageId.get(messageId);
      if (known !== undefined) return { sequence: known, duplicate: true };
      const last = on(message.subject).at(-1)?.sequence ?? 0;
      if (expected !== undefined && last !== expected)
        throw new SubjectTaken(`${message.subject} has a message with sequence ${last}, expected ${expected}`);
      const sequence = store(message);
      if (messageId !== undefined) byMessageId.set(messageId, sequence);
      return { sequence, duplicate: false };
    },
    async consume(consumer) {
      let durable = durables.get(consumer.durable);
      if (!durable) {
        durable = new MemoryDurable({ filters: consumer.filters, ackWaitMs, maxDeliver, schedule });
        durables.set(consumer.durable, durable);
        for (const message of stream) durable.offer(message);
      }
      return durable.join(consumer);
    },
    read: async (subject, from = 1) => on(subject).filter(({ sequence }) => sequence >= from),
    async follow(filter, onMessage, { since = Number.POSITIVE_INFINITY } = {}) {
      const matches = subjectFilter([filter]);
      const follower = (message: StoredMessage) => {
        if (matches(message.subject)) queueMicrotask(() => followers.has(follower) && onMessage(message));
      };
      for (const message of stream) if (message.storedAt >= since) follower(message);
      followers.add(follower);
      return { stop: async () => void followers.delete(follower) };
    },
    async *replay(filters, first) {
      checkOpen();
      const matches = subjectFilter(filters);
      for (const message of stream.slice(Math.max(0, first - 1))) if (matches(message.subject)) yield message;
    },
    async lastSequence() {
      checkOpen();
      return stream.length;
    },
    async identity() {
      checkOpen();
      return MEMORY_STREAM;
    },
    async settledUpTo(names) {
      checkOpen();
      return Math.min(stream.length, ...names.map((name) => durables.get(name)?.floorOf(stream.length) ?? 0));
    },
    async caughtUp(names, withinMs) {
      const upTo = stream.length;
      for (let leftMs = withinMs; !closed && names.every((name) => durables.has(name)); leftMs -= lookEveryMs) {
        if (names.every((name) => durables.get(name)?.floorOf(upTo) === upTo)) return true;
        if (leftMs <= 0) return false;
        await new Promise<void>((resolve) => schedule(resolve, lookEveryMs));
      }
      return false;
    },
    async durableStates() {
      checkOpen();
      return [...durables].map(([durable, { state }]) => ({ durable, ...state }));
    },
    async streamFill() {
      checkOpen();
      return { bytes: 0, messages: 0 };
    },
    async deadLetters(service) {
      checkOpen();
      const isLetter = subjectFilter([deadLetterSubject(service, '>')]);
      return stream.filter(({ subject }) => isLetter(subject)).length;
    },
    async settled() {
      while ([...durables.values()].some((durable) => durable.isBusy))
        await new Promise((resolve) => setImmediate(resolve));
    },
    async close() {
      closed = true;
      followers.clear();
      for (const durable of durables.values()) durable.close();
    },
  };
}
