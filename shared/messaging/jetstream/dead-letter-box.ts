import { jetstreamManager } from '@nats-io/jetstream';
import { deadLetterStream, type Flow } from '#shared/contracts/flow.ts';
import type { DeadLetter, Surrender } from '../dead-letter.ts';
import type { PubAck, WireMessage } from '../publisher.ts';
import { orUnavailable } from './broker-answer.ts';
import { createPublisher } from './jetstream-publisher.ts';
import { openNatsLink } from './nats-link.ts';
import { readDeadLetters } from './read-dead-letters.ts';
import { advisoryStream } from './topology.ts';

export interface DeadLetterBoxOptions {
  readonly url: string;
  readonly flow: Flow;
}

/** The dead letters of a flow, as an operator handles them. Nothing is created. */
export interface DeadLetterBox extends AsyncDisposable {
  /** All that were given up: the letters, and what the broker gave up without one. By age, the oldest first. */
  letters(): Promise<DeadLetter[]>;
  /** Publishes on the flow's stream. @throws Unavailable, Terminal */
  publish(message: WireMessage): Promise<PubAck>;
  /** Takes one of these letters out of the box, with the broker's word on it. */
  remove(letter: DeadLetter): Promise<void>;
}

/** It has time, and a busy broker may need some. */
const ASK_WITHIN_MS = 10_000;
const CONNECT_WITHIN_MS = 2_000;

/** @throws Unavailable when no broker answers in time */
export async function openDeadLetterBox({ url, flow }: DeadLetterBoxOptions): Promise<DeadLetterBox> {
  const link = await openNatsLink({ url, name: 'dead-letter-box', connectWithinMs: CONNECT_WITHIN_MS });
  const jsm = await jetstreamManager(link.nc, { checkAPI: false, timeout: ASK_WITHIN_MS });
  const publisher = createPublisher({ link, filters: [`${flow.subjectPrefix}.>`] });
  const [letters, advisories] = [deadLetterStream(flow), advisoryStream(flow)];
  let surrenders: readonly Surrender[] = [];

  return {
    async letters() {
      const found = await readDeadLetters(link, jsm, flow);
      surrenders = found.surrenders;
      return found.letters;
    },
    publish: publisher.publish,
    async remove(letter) {
      const about = surrenders.filter(
        ({ durable, sequence }) => durable === letter.durable && sequence === letter.sequence,
      );
      if (letter.kept) await orUnavailable(jsm.streams.deleteMessage(letters, letter.kept, false));
      for (const { advisory } of about) await orUnavailable(jsm.streams.deleteMessage(advisories, advisory, false));
    },
    async [Symbol.asyncDispose]() {
      await publisher.close();
      await link.close();
    },
  };
}
