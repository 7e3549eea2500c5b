import type { JetStreamManager } from '@nats-io/jetstream';
import { deadLetterStream, type Flow } from '#shared/contracts/flow.ts';
import { type DeadLetter, letterOf, type Surrender, surrenderOf, withoutLetter } from '../dead-letter.ts';
import type { StoredMessage } from '../stream-reader.ts';
import { ifFound, orUnavailable } from './broker-answer.ts';
import type { NatsLink } from './nats-link.ts';
import { replayStream } from './replay-stream.ts';
import { headersOf } from './stored-message.ts';
import { advisoryStream } from './topology.ts';

/** What was given up: the letters, those of what the broker gave up without one among them, by age, and its own words. */
export async function readDeadLetters(
  link: NatsLink,
  jsm: JetStreamManager,
  flow: Flow,
): Promise<{ letters: DeadLetter[]; surrenders: Surrender[] }> {
  // Before the letters: what is terminated meanwhile has its letter by then.
  const advisories = await readAll(link, jsm, advisoryStream(flow));
  const surrenders = advisories.flatMap((message) => surrenderOf(message) ?? []);
  const kept = (await readAll(link, jsm, deadLetterStream(flow))).map((message) => letterOf(message));
  const alone = withoutLetter(surrenders, kept).map(async (surrender) =>
    letterOf(await surrendered(jsm, flow, surrender), surrender),
  );
  const letters = [...kept, ...(await Promise.all(alone))].sort((a, b) => a.at.localeCompare(b.at));
  return { letters, surrenders };
}

async function readAll(link: NatsLink, jsm: JetStreamManager, stream: string): Promise<StoredMessage[]> {
  const info = await orUnavailable(ifFound(jsm.streams.info(stream)));
  const found: StoredMessage[] = [];
  if (info) for await (const message of replayStream(link, stream, ['>'], 1)) found.push(message);
  return found;
}

/** The event that the broker gave up, if the stream still has it. */
async function surrendered(jsm: JetStreamManager, { stream }: Flow, { sequence }: Surrender): Promise<StoredMessage> {
  const message = await orUnavailable(ifFound(jsm.streams.getMessage(stream, { seq: sequence })));
  if (!message) return { subject: '', headers: {}, body: new Uint8Array(), sequence, storedAt: 0 };
  const headers = headersOf(() => message.header);
  return { subject: message.subject, headers, body: message.data, sequence, storedAt: message.time.getTime() };
}
