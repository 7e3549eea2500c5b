import { type Flow, subjectOf } from '#shared/contracts/flow.ts';

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

/** All of it @throws Unavailable. */
export interface StreamReader {
  /** The sequence of the last message that was stored; 0: none ever was. */
  lastSequence(): Promise<number>;
  /** Another one once the stream was deleted and made anew: its sequences begin with 1 again. One word. */
  identity(): Promise<string>;
  /** The messages on exactly this subject, by sequence. Pass a first sequence if known: else the whole stream is searched. */
  read(subject: string, from?: number): Promise<StoredMessage[]>;
  /** What is stored under these filters from a sequence on, by sequence; it ends with what the stream held when it began. */
  replay(filters: readonly string[], first: number): AsyncIterable<StoredMessage>;
}

/**
 * Everything that the stream holds of an order, by sequence; copies included. It is read type by type, so what is stored
 * meanwhile is left out: otherwise an order could be ready whose payment had been looked for too early. `from`: no event of
 * the order has a smaller sequence. @throws Unavailable
 */
export async function readOrder(
  stream: Pick<StreamReader, 'lastSequence' | 'read'>,
  flow: Flow,
  orderId: string,
  from?: number,
): Promise<StoredMessage[]> {
  const messages: StoredMessage[] = [];
  const upTo = await stream.lastSequence();
  // Sequentially: an order's page must not slow down the services.
  for (const type of Object.keys(flow.events))
    messages.push(...(await stream.read(subjectOf(flow, type, orderId), from)));
  return messages.filter(({ sequence }) => sequence <= upTo).sort((a, b) => a.sequence - b.sequence);
}
