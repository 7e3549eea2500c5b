import type { Flow } from '#shared/contracts/flow.ts';
import type { LastEntries } from '#shared/kernel/last-entries.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import type { WaitingRoom } from '../orders/waiting-room.ts';

/** What the routes of the intake share. */
export interface IntakeContext {
  readonly flow: Flow;
  readonly bus: Bus;
  /** Ms since the epoch. */
  readonly now: () => number;
  /** Trace context of this server's span. It replaces the caller's, whose child it is. */
  readonly traceparent: () => string | undefined;
  /** Limits the orders that wait for the stream. */
  readonly waitingRoom: WaitingRoom;
  /** Order id -> stream sequence of its order.created, for the orders placed last. No event of an order is stored before it. */
  readonly placed: LastEntries<number>;
  /** The broker has this long for an answer. A client gets one within 2 s, even when the broker is frozen. */
  readonly answerWithinMs: number;
  /** Live streams that may be open at once. */
  readonly maxLive: number;
  /** A live stream gets a comment this often, so that proxies keep it open. */
  readonly heartbeatMs: number;
  /** A live stream without an event for this long is ended. */
  readonly idleMs: number;
  /** A client has this long to read the end of its stream when the server closes. */
  readonly goodbyeMs: number;
}
