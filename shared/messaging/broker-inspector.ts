export type BusStatus = 'connected' | 'away' | 'closed';

/** How far a durable is behind, over all its consumers. */
export interface DurableState {
  readonly durable: string;
  /** Stored and not delivered yet. */
  readonly pending: number;
  /** Delivered and not acknowledged. */
  readonly ackPending: number;
  /** Of those, delivered more than once. */
  readonly redelivered: number;
}

/** What share of each of the event stream's limits is used, 0 to 1; 0 without that limit. */
export interface StreamFill {
  readonly bytes: number;
  readonly messages: number;
}

export interface BrokerInspector {
  readonly status: BusStatus;
  /** When the connection was last (re-)established, ms since the epoch; undefined before the first time. */
  readonly connectedSince: number | undefined;
  /** The sequence up to which these durables have settled everything. @throws Unavailable */
  settledUpTo(durables: readonly string[]): Promise<number>;
  /** Of every durable of the stream, whoever's it is: what a service leaves behind is seen by the others. @throws Unavailable */
  durableStates(): Promise<DurableState[]>;
  /** How full the event stream is: at 1 it refuses every event. @throws Unavailable */
  streamFill(): Promise<StreamFill>;
  /** How many dead letters of a service are kept. @throws Unavailable */
  deadLetters(service: string): Promise<number>;
  /** True once these durables have settled all that the stream holds now; false after `withinMs`, or without an answer. */
  caughtUp(durables: readonly string[], withinMs: number): Promise<boolean>;
}

/** Share of the time for questions that several services ask continuously. */
export const IN_THE_BACKGROUND = 0.02;

/** How long to wait before asking again, ms: at least `leastMs`, and so long that asking takes at most this share of the time. */
export const askAgainIn = (tookMs: number, leastMs: number, share = 0.1): number =>
  Math.max(leastMs, tookMs / share - tookMs);
