import type { DurableState } from '../broker-inspector.ts';
import type { StoredMessage } from '../stream-reader.ts';
import { subjectMatches } from '../subject-filter.ts';
import type { Consumer, Consumption, Delivery } from '../subscriber.ts';

interface DurableOptions {
  readonly filters: readonly string[];
  readonly ackWaitMs: number;
  readonly maxDeliver: number;
  readonly schedule: (task: () => void, ms: number) => () => void;
}

interface Entry {
  readonly message: StoredMessage;
  deliveries: number;
}

interface Member {
  readonly consumer: Consumer;
  running: number;
  stopping: boolean;
  onIdle: () => void;
}

/** A durable consumer in memory: each message goes to one of its members until one acknowledges it. */
export class MemoryDurable {
  readonly #options: DurableOptions;
  readonly #members: Member[] = [];
  readonly #ready: Entry[] = [];
  /** Everything not settled yet, by sequence. */
  readonly #open = new Map<number, Entry>();
  readonly #cancels = new Set<() => void>();
  #turn = 0;
  #pumping = false;

  constructor(options: DurableOptions) {
    this.#options = options;
  }

  offer(message: StoredMessage): void {
    if (!this.#options.filters.some((filter) => subjectMatches(filter, message.subject))) return;
    const entry = { message, deliveries: 0 };
    this.#open.set(message.sequence, entry);
    this.#ready.push(entry);
    this.#pumpSoon();
  }

  join(consumer: Consumer): Consumption {
    const member: Member = { consumer, running: 0, stopping: false, onIdle: () => undefined };
    this.#members.push(member);
    this.#pumpSoon();
    return {
      drain: () =>
        new Promise<void>((resolve) => {
          member.stopping = true;
          this.#members.splice(this.#members.indexOf(member), 1);
          member.onIdle = resolve;
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
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
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
      if (this.#open.get(entry.message.sequence) === entry) void this.#deliver(member, entry);
    }
  }

  async #deliver(member: Member, entry: Entry): Promise<void> {
    entry.deliveries += 1;
    member.running += 1;
    const { delivery, leave } = this.#delivery(entry);
    try {
      await member.consumer.handle(delivery);
    } catch (error) {
      member.consumer.onFault?.(error);
    } finally {
      leave();
      member.running -= 1;
      if (member.stopping && member.running === 0) member.onIdle();
      this.#pumpSoon();
    }
  }

  /** A running handler keeps its message: the deadline begins when it leaves the message unsettled. */
  #delivery(entry: Entry): { delivery: Delivery; leave: () => void } {
    const { ackWaitMs, maxDeliver } = this.#options;
    let cancel = (): void => undefined;
    let isLeft = false;
    let settled = false;
    const settle = (then: () => void) => {
      if (settled) return;
      settled = true;
      cancel();
      then();
    };
    const again = () => {
      if (entry.deliveries >= maxDeliver) this.#open.delete(entry.message.sequence);
      else {
        this.#ready.push(entry);
        this.#pumpSoon();
      }
    };
    const done = () => void this.#open.delete(entry.message.sequence);
    const extend = () => {
      if (settled || !isLeft) return;
      cancel();
      cancel = this.#after(ackWaitMs, () => settle(again));
    };
    const delivery: Delivery = {
      ...entry.message,
      deliveryCount: entry.deliveries,
      ack: () => settle(done),
      term: () => settle(done),
      nak: (delayMs) => settle(() => (delayMs > 0 ? this.#after(delayMs, again) : again())),
      working: extend,
    };
    const leave = () => {
      isLeft = true;
      extend();
    };
    return { delivery, leave };
  }

  #after(ms: number, task: () => void): () => void {
    const cancel = this.#options.schedule(() => {
      this.#cancels.delete(cancel);
      task();
    }, ms);
    this.#cancels.add(cancel);
    return () => {
      this.#cancels.delete(cancel);
      cancel();
    };
  }
}
