import { jetstreamManager } from '@nats-io/jetstream';
import type { Flow } from '#shared/contracts/flow.ts';
import type { DurableState } from '../broker-inspector.ts';
import type { Publisher } from '../publisher.ts';
import { readOrder, type StoredMessage } from '../stream-reader.ts';
import { ifFound, orUnavailable } from './broker-answer.ts';
import { allDurables } from './inspect.ts';
import { createPublisher } from './jetstream-publisher.ts';
import { openNatsLink } from './nats-link.ts';
import { readSubject, replayStream } from './read-stream.ts';
import { storedMessageOf } from './stored-message.ts';

export interface FlowReaderOptions {
  readonly url: string;
  readonly flow: Flow;
}

/** What a stream holds now. */
export interface StreamState {
  /** Messages with smaller sequences are gone; 1: none is. */
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly messages: number;
}

/** Looks into a flow's streams, for tools, and changes nothing. All of it @throws Unavailable. */
export interface FlowReader extends AsyncDisposable {
  /** Everything that the stream holds of an order, by sequence, copies included. */
  order(orderId: string): Promise<StoredMessage[]>;
  /** Undefined when there is no such stream: nothing has run yet on this broker. */
  state(stream: string): Promise<StreamState | undefined>;
  /** What a stream holds from a sequence on, in order, up to what it holds last when asked. */
  replay(stream: string, from: number): AsyncIterable<StoredMessage>;
  /** The message with that sequence, if the stream still has it. */
  message(stream: string, sequence: number): Promise<StoredMessage | undefined>;
  /** How far each durable of the flow's stream is behind. */
  durables(): Promise<DurableState[]>;
}

/** For the operator, who also publishes on the flow's stream, and removes messages. No stream or durable is created. */
export interface FlowEditor extends FlowReader, Pick<Publisher, 'publish'> {
  remove(stream: string, sequence: number): Promise<void>;
}

/** It has time, and a busy broker may need some. */
const ASK_WITHIN_MS = 10_000;
const CONNECT_WITHIN_MS = 2_000;

/** @throws Unavailable when no broker answers in time. */
export const openFlowReader = (options: FlowReaderOptions): Promise<FlowReader> => openFlowEditor(options);

/** @throws Unavailable when no broker answers in time. */
export async function openFlowEditor({ url, flow }: FlowReaderOptions): Promise<FlowEditor> {
  const link = await openNatsLink({ url, name: 'flow-reader', connectWithinMs: CONNECT_WITHIN_MS });
  const jsm = await jetstreamManager(link.nc, { checkAPI: false, timeout: ASK_WITHIN_MS });
  const publisher = createPublisher(link, [`${flow.subjectPrefix}.>`]);
  const stateOf = async (stream: string): Promise<StreamState | undefined> => {
    const state = (await orUnavailable(ifFound(jsm.streams.info(stream))))?.state;
    return state && { firstSequence: state.first_seq, lastSequence: state.last_seq, messages: state.messages };
  };
  return {
    async order(orderId) {
      const state = await stateOf(flow.stream);
      if (!state) return [];
      const read = (subject: string) => orUnavailable(readSubject(jsm, flow.stream, subject));
      return readOrder({ lastSequence: async () => state.lastSequence, read }, flow, orderId);
    },
    state: stateOf,
    replay: (stream, from) => replayStream(link, stream, ['>'], from),
    async message(stream, seq) {
      const message = await orUnavailable(ifFound(jsm.streams.getMessage(stream, { seq })));
      return message ? storedMessageOf(message) : undefined;
    },
    durables: () => orUnavailable(allDurables(jsm, flow.stream)),
    publish: publisher.publish,
    async remove(stream, sequence) {
      await orUnavailable(jsm.streams.deleteMessage(stream, sequence, false));
    },
    async [Symbol.asyncDispose]() {
      await publisher.close();
      await link.close();
    },
  };
}
