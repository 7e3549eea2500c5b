/**
 * The port to the event backbone: durable, at-least-once, ordered by nothing but the stream's sequence. JetStream
 * implements it, and an in-memory bus that passes the same conformance suite.
 */

/** A message as it goes on the wire: a CloudEvent bound by the NATS protocol binding, or a dead letter. */
export interface WireMessage {
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text goes as UTF-8; bytes as they are. */
  readonly body: string | Uint8Array;
}

/** What the stream holds of one message. */
export interface StoredMessage {
  readonly subject: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The stream's sequence, from 1. */
  readonly sequence: number;
  /** When the stream stored it, ms since the epoch, on the broker's clock. */
  readonly storedAt: number;
}

/** One delivery to a durable consumer. Settle it once; what comes after the first is ignored. */
export interface Delivery extends StoredMessage {
  /** 1 at the first delivery. */
  readonly deliveryCount: number;
  /** Never delivered again. */
  ack(): void;
  /** Delivered again after `delayMs`. */
  nak(delayMs: number): void;
  /** Never delivered again; `reason` is in the broker's advisory. */
  term(reason: string): void;
  /** Still at it: restarts the acknowledgement deadline. */
  working(): void;
}

export interface PubAck {
  /** The sequence of this message, or of the one that it duplicates. */
  readonly sequence: number;
  /** The stream already held a message with this `Nats-Msg-Id`, and stored no second one. */
  readonly duplicate: boolean;
}

export interface PublishOptions {
  /**
   * Refuse with SubjectTaken unless the subject's last message has this sequence; 0: the subject must be empty. A copy of
   * the message that took it is answered as duplicate, or refused as well: brokers differ in what they look at first.
   */
  readonly expectLastSubjectSequence?: number;
  /** How long to wait for the PubAck. Default: the bus' publishWithinMs. */
  readonly timeoutMs?: number;
}

/** A publish refused since `expectLastSubjectSequence` did not hold. */
export class SubjectTaken extends Error {
  override readonly name = 'SubjectTaken';
}

export interface Consumer {
  /** Name of the durable, shared by all replicas: a service's durable is named as the service. */
  readonly durable: string;
  /** Subject filters of the durable, at least one, none overlapping another. */
  readonly filters: readonly string[];
  /** Handlers running at once in this instance. Default 256. */
  readonly concurrency?: number;
  /**
   * Called once per delivery. It settles the delivery itself and must not throw: a throw is a bug, is reported to
   * `onFault` and leaves the message to be delivered again.
   */
  readonly handle: (delivery: Delivery) => Promise<void>;
  readonly onFault?: (error: unknown) => void;
}

export interface Consumption {
  /** Stops fetching, waits for the running handlers to settle; messages that were only prefetched go to others. */
  drain(): Promise<void>;
}

export type BusStatus = 'connected' | 'away' | 'closed';

export interface FollowOptions {
  /** Begin with what was stored then, ms since the epoch. Default: from now on. */
  readonly since?: number;
}

/** How far a durable is behind, over all its consumers. */
export interface DurableState {
  readonly durable: string;
  /** Stored and not delivered yet. */
  readonly pending: number;
  /** Delivered and not settled. */
  readonly ackPending: number;
  /** Of those, delivered more than once. */
  readonly redelivered: number;
}

export interface Bus {
  readonly status: BusStatus;
  /** When the connection was last (re-)established, ms since the epoch; undefined before the first time. */
  readonly connectedSince: number | undefined;
  /** A publish without a timeout of its own has ended after so many ms, stored or not. */
  readonly publishWithinMs: number;
  /**
   * Resolves when the stream has stored the message. De-duplicated by header `Nats-Msg-Id`.
   * @throws SubjectTaken, Unavailable (broker away, or no answer in time: the outcome is unknown, repeat with the same
   * `Nats-Msg-Id`), Terminal (the stream refuses it: too large, no such stream).
   */
  publish(message: WireMessage, options?: PublishOptions): Promise<PubAck>;
  /** Starts delivering to `handle`. The durable is created when it does not exist. */
  consume(consumer: Consumer): Promise<Consumption>;
  /**
   * The messages stored on exactly this subject, by sequence, of those from a sequence on. Name one where it is known: from the
   * first on a broker looks through all that it holds. @throws Unavailable
   */
  read(subject: string, from?: number): Promise<StoredMessage[]>;
  /** The messages of a subject filter from now on, to every caller, without acknowledgement. Resolves once it listens. */
  follow(
    filter: string,
    onMessage: (message: StoredMessage) => void,
    options?: FollowOptions,
  ): Promise<{ stop(): Promise<void> }>;
  /**
   * What is stored under these filters from a sequence on, by sequence; it ends with what the stream held when it began.
   * @throws Unavailable when the broker goes away meanwhile
   */
  replay(filters: readonly string[], first: number): AsyncIterable<StoredMessage>;
  /** The sequence of the last message that was stored; 0: none ever was. @throws Unavailable */
  lastSequence(): Promise<number>;
  /** The sequence up to which these durables have settled everything. @throws Unavailable */
  settledUpTo(durables: readonly string[]): Promise<number>;
  /** One state per durable that exists. @throws Unavailable */
  durableStates(durables: readonly string[]): Promise<DurableState[]>;
  /** How many dead letters of a service are kept. @throws Unavailable */
  deadLetters(service: string): Promise<number>;
  /**
   * True once these durables have settled everything that the stream held when it was called; false when that is not so
   * within `withinMs`, or the broker does not answer.
   */
  caughtUp(durables: readonly string[], withinMs: number): Promise<boolean>;
  /** Drains what is under way and closes. Nothing can be done with it afterwards. */
  close(): Promise<void>;
}
