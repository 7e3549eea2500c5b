import { Unavailable } from './faults.ts';

/** A message as it goes on the wire: a CloudEvent bound by the NATS protocol binding, or a dead letter. */
export interface WireMessage {
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text goes as UTF-8; bytes as they are. */
  readonly body: string | Uint8Array;
}

export interface PubAck {
  /** The sequence of this message, or of the one that it duplicates. */
  readonly sequence: number;
  /** The stream already held a message with this `Nats-Msg-Id`, and stored no second one. */
  readonly duplicate: boolean;
}

export interface PublishOptions {
  /** Refuse with SubjectTaken unless the subject's last message has this sequence; 0: none. A copy may be refused, too. */
  readonly expectLastSubjectSequence?: number;
  /** How long to wait for the PubAck, ms. Default: publishWithinMs. */
  readonly timeoutMs?: number;
}

/** A publish refused since `expectLastSubjectSequence`, or a header that expects what is stored last, did not hold. */
export class SubjectTaken extends Error {
  override readonly name = 'SubjectTaken';
}

/** A publish refused since the stream is full: it stored nothing. There is room again as events expire, or with higher limits. */
export class StreamFull extends Unavailable {}

export interface Publisher {
  /** Default timeout of a publish, ms. */
  readonly publishWithinMs: number;
  /**
   * Resolves when the stream has stored the message. De-duplicated by header `Nats-Msg-Id`.
   * @throws SubjectTaken, StreamFull, Unavailable (broker away, troubled, or no answer in time: the outcome is unknown, repeat with
   * the same `Nats-Msg-Id`), Terminal (this message is at fault: too large, no such stream).
   */
  publish(message: WireMessage, options?: PublishOptions): Promise<PubAck>;
}
