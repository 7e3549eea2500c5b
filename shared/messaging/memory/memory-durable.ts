import type { DurableState } from '../broker-inspector.ts';
import type { StoredMessage } from '../stream-reader.ts';
import { subjectFilter } from '../subject-filter.ts';
import type { Consumer, Consumption, Delivery } from '../subscriber.ts';

interface DurableOptions {
  readonly filters: readonly string[];
  readonly ackWaitMs: number;
  readonly maxDeliver: number;
  readonly schedule: (task: () => void, ms: number) => unknown;
}

interface Entry {
  readonly message: StoredMessage;
  deliveries: number;
}

interface Member {
  readonly consumer: Consumer;
  running: number;
  /** Set when it drains. */
  onIdle?: () => void;
}

/** A durable consumer in memory: each message goes to one of its members until one acknowledges it. */
export class MemoryDurable {
  readonly #options: DurableOptions;
  readonly #matches: (subject: string) => boolean;
  readonly #members: Member[] = [];
  readonly #ready: Entry[] = [];
  /** Everything not acknowledged yet, by sequence. */
  readonly #open = new Map<number, Entry>();
  #turn = 0;
  #pumping = false;

  constructor(options: DurableOptions) {
    this.#options = options;
    this.#matches = subjectFilter(options.filters);
  }

  offer(message: StoredMessage): void {
    if (!this.#matches(message.subject)) return;
    const entry = { message, deliveries: 0 };
    this.#open.set(message.sequence, entry);
    this.#makeReady(entry);
  }

  join(consumer: Consumer): Consumption {
    const member: Member = { consumer, running: 0 };
    this.#members.push(member);
    this.#pumpSoon();
    return {
      drain: () =>
        new Promise<void>((resolve) => {
          member.onIdle = resolve;
          this.#members.splice(this.#members.indexOf(member), 1);
          if (member.running === 0) resolve();
        }),
    };
  }

  get isBusy(): boolean {
    return this.#members.some(({ running }) => running > 0) || (this.#ready.length > 0 && this.#members.length > 0);
  }

  /** The sequence up to which everything is settled, if the stream ends with `last`. */
  floorOf(last: number): number {
    const [first = last + 1] = this.#open.keys();
    return Math.min(last, first - 1);
  }

  get state(): Omit<DurableState, 'durable'> {
    const open = [...this.#open.values()];
    const delivered = open.filter(({ deliveries }) => deliveries > 0);
    return {
      pending: open.length - delivered.length,
      ackPending: delivered.length,
      redelivered: delivered.filter(({ deliveries }) => deliveries > 1).length,
    };
  }

  close(): void {
    this.#members.length = 0;
  }

  #makeReady(entry: Entry): void {
    this.#ready.push(entry);
    this.#pumpSoon();
  }

  /** In a later microtask, so that a publisher never runs a handler on its own stack. */
  #pumpSoon(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#ready.length > 0) {
      const free = this.#members.filter(({ consumer, running }) => running < (consumer.concurrency ?? 256));
      const member = free[this.#turn++ % free.length];
      const entry = member && this.#ready.shift();
      if (!entry) return;
      void this.#deliver(member, entry);
    }
  }

  async #deliver(member: Member, entry: Entry): Promise<void> {
    const { ackWaitMs, maxDeliver, schedule } = this.#options;
    entry.deliveries += 1;
    member.running += 1;
    let open = true;
    const settle = (then: () => void): void => {
      if (open) then();
      open = false;
    };
    const done = (): void => void this.#open.delete(entry.message.sequence);
    const again = (): void => (entry.deliveries < maxDeliver ? this.#makeReady(entry) : done());
    const delivery: Delivery = {
      ...entry.message,
      deliveryCount: entry.deliveries,
      ack: () => settle(done),
      term: () => settle(done),
      nak: (delayMs) => settle(() => (delayMs > 0 ? schedule(again, delayMs) : again())),
    };
    // A running handler keeps its message, however long: the deadline begins when it leaves the message unsettled.
    try {
      await member.consumer.handle(delivery);
    } catch (error) {
      member.consumer.onFault?.(error);
    }
    if (open) schedule(() => settle(again), ackWaitMs);
    member.running -= 1;
    if (member.running === 0) member.onIdle?.();
    this.#pumpSoon();
  }
}
