import type { StoredMessage } from './stream-reader.ts';

/** One delivery to a durable consumer. Call one of ack, nak and term once; later calls are ignored. */
export interface Delivery extends StoredMessage {
  /** 1 at the first delivery. */
  readonly deliveryCount: number;
  /** Never delivered again. */
  ack(): void;
  /** Delivered again after `delayMs`. */
  nak(delayMs: number): void;
  /** Never delivered again; `reason` is in the broker's advisory. */
  term(reason: string): void;
}

export interface Consumer {
  /** Name of the durable, shared by all replicas: a service's durable is named as the service. */
  readonly durable: string;
  /** Subject filters of the durable, at least one, none overlapping another. */
  readonly filters: readonly string[];
  /** Handlers running at once in this instance. Default 256. */
  readonly concurrency?: number;
  /** Settles the delivery and must not throw: a throw is reported to `onFault`, and the message is delivered again. */
  readonly handle: (delivery: Delivery) => Promise<void>;
  readonly onFault?: (error: unknown) => void;
}

export interface Consumption {
  /** Stops fetching, waits for the running handlers to settle; prefetched messages are nak'ed. */
  drain(): Promise<void>;
}

export interface FollowOptions {
  /** Begin with what was stored then, ms since the epoch. Default: from now on. */
  readonly since?: number;
}

export interface Subscriber {
  /** Starts delivering to `handle`. The durable is created when it does not exist. */
  consume(consumer: Consumer): Promise<Consumption>;
  /** The messages of a filter from now on, for every caller. A stream made anew is followed from its beginning, with copies. */
  follow(
    filter: string,
    onMessage: (message: StoredMessage) => void,
    options?: FollowOptions,
  ): Promise<{ stop(): Promise<void> }>;
}
