import { jetstreamManager } from '@nats-io/jetstream';
import type { Flow } from '#shared/contracts/flow.ts';
import type { DurableState } from '../broker-inspector.ts';
import type { DeadLetter } from '../dead-letter.ts';
import { readOrder } from '../read-order.ts';
import type { StoredMessage } from '../stream-reader.ts';
import { ifFound, orUnavailable } from './broker-answer.ts';
import { allDurables } from './inspect.ts';
import { openNatsLink } from './nats-link.ts';
import { readDeadLetters } from './read-dead-letters.ts';
import { readSubject } from './read-subject.ts';
import { replayStream } from './replay-stream.ts';

export interface FlowReaderOptions {
  readonly url: string;
  readonly flow: Flow;
  readonly connectWithinMs?: number;
}

/** What a stream holds now. */
export interface StreamState {
  /** Messages with smaller sequences are gone; 1: none is. */
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly messages: number;
}

/** Looks into a flow's streams and changes nothing: neither streams nor durables are created or updated. */
export interface FlowReader extends AsyncDisposable {
  /** Everything that the stream holds of an order, by sequence, copies included. @throws Unavailable */
  order(orderId: string): Promise<StoredMessage[]>;
  /** Undefined when there is no such stream: nothing has run yet on this broker. @throws Unavailable */
  state(stream: string): Promise<StreamState | undefined>;
  /** What the flow's stream holds from a sequence on, in order, up to what it holds last when asked. @throws Unavailable */
  replay(from: number): AsyncIterable<StoredMessage>;
  /** What was given up, by a service or by the broker alone, by age. @throws Unavailable */
  deadLetters(): Promise<DeadLetter[]>;
  /** How far each durable of the flow's stream is behind. @throws Unavailable */
  durables(): Promise<DurableState[]>;
}

/** It has time, and a busy broker may need some. */
const ASK_WITHIN_MS = 10_000;

/** @throws Unavailable when no broker answers in time. */
export async function openFlowReader(options: FlowReaderOptions): Promise<FlowReader> {
  const { url, flow, connectWithinMs = 2_000 } = options;
  const link = await openNatsLink({ url, name: 'stream-reader', connectWithinMs });
  const jsm = await jetstreamManager(link.nc, { checkAPI: false, timeout: ASK_WITHIN_MS });
  const infoOf = (stream: string) => orUnavailable(ifFound(jsm.streams.info(stream)));
  return {
    async order(orderId) {
      // Nothing has run yet on a broker without the stream.
      const info = await infoOf(flow.stream);
      if (!info) return [];
      const { last_seq } = info.state;
      const read = (subject: string) => orUnavailable(readSubject(jsm, flow.stream, subject));
      return readOrder({ lastSequence: async () => last_seq, read }, flow, orderId);
    },
    async state(stream) {
      const state = (await infoOf(stream))?.state;
      return state && { firstSequence: state.first_seq, lastSequence: state.last_seq, messages: state.messages };
    },
    replay: (from) => replayStream(link, flow.stream, ['>'], from),
    deadLetters: async () => (await readDeadLetters(link, jsm, flow)).letters,
    durables: () => orUnavailable(allDurables(jsm, flow.stream)),
    [Symbol.asyncDispose]: () => link.close(),
  };
}
