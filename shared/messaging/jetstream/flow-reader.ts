import { jetstreamManager } from '@nats-io/jetstream';
import { deadLetterSubject, type Flow } from '#shared/contracts/flow.ts';
import { readOrder, type StoredMessage } from '../stream-reader.ts';
import { ifFound, orUnavailable } from './broker-answer.ts';
import { allDurables } from './inspect.ts';
import { createPublisher } from './jetstream-publisher.ts';
import { openNatsLink } from './nats-link.ts';
import { readSubject, replayStream } from './read-stream.ts';
import { storedMessageOf } from './stored-message.ts';

interface FlowReaderOptions {
  readonly url: string;
  readonly flow: Flow;
}

export interface StreamState {
  /** Messages with smaller sequences are gone; 1: none is. */
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly messages: number;
}

/** Looks into a flow's streams, for tools, and changes nothing. All of it @throws Unavailable. */
export type FlowReader = Omit<FlowEditor, 'publish' | 'remove'>;

/** For the operator, who also publishes on the flow's streams, and removes messages. No stream or durable is created. */
export type FlowEditor = Awaited<ReturnType<typeof openFlowEditor>>;

/** It has time, and a busy broker may need some. */
const ASK_WITHIN_MS = 10_000;
const CONNECT_WITHIN_MS = 2_000;

/** @throws Unavailable when no broker answers in time. */
export const openFlowReader = (options: FlowReaderOptions): Promise<FlowReader> => openFlowEditor(options);

/** @throws Unavailable when no broker answers in time. */
export async function openFlowEditor({ url, flow }: FlowReaderOptions) {
  const link = await openNatsLink({ url, name: 'flow-reader', connectWithinMs: CONNECT_WITHIN_MS });
  const jsm = await jetstreamManager(link.nc, { checkAPI: false, timeout: ASK_WITHIN_MS });
  const publisher = createPublisher(link, [`${flow.subjectPrefix}.>`, deadLetterSubject('*', '>')]);
  const stateOf = async (stream: string): Promise<StreamState | undefined> => {
    const state = (await orUnavailable(ifFound(jsm.streams.info(stream))))?.state;
    return state && { firstSequence: state.first_seq, lastSequence: state.last_seq, messages: state.messages };
  };
  return {
    /** Everything that the stream holds of an order, by sequence, copies included. */
    async order(orderId: string): Promise<StoredMessage[]> {
      const state = await stateOf(flow.stream);
      if (!state) return [];
      const read = (subject: string) => orUnavailable(readSubject(jsm, flow.stream, subject));
      return readOrder({ lastSequence: async () => state.lastSequence, read }, flow, orderId);
    },
    /** Undefined when there is no such stream: nothing has run yet on this broker. */
    state: stateOf,
    /** What a stream holds from a sequence on, in order, up to what it holds last when asked. */
    replay: (stream: string, from: number) => replayStream(link, stream, ['>'], from),
    /** The message with that sequence, if the stream still has it. */
    async message(stream: string, seq: number): Promise<StoredMessage | undefined> {
      const message = await orUnavailable(ifFound(jsm.streams.getMessage(stream, { seq })));
      return message ? storedMessageOf(message) : undefined;
    },
    durables: () => orUnavailable(allDurables(jsm, flow.stream)),
    publish: publisher.publish,
    async remove(stream: string, sequence: number): Promise<void> {
      await orUnavailable(jsm.streams.deleteMessage(stream, sequence, false));
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await publisher.close();
      await link.close();
    },
  };
}
