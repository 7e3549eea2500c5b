import { deadLetterStream, type Flow } from '#shared/contracts/flow.ts';
import type { FlowEditor, FlowReader } from '#shared/messaging/jetstream/flow-reader.ts';
import { advisoryStream } from '#shared/messaging/jetstream/topology.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';
import { type DeadLetter, letterOf, type Surrender, surrenderOf } from './dead-letter.ts';

/** What was given up: the letters, and what the broker gave up without one. By age, the oldest first. @throws Unavailable */
export async function readDeadLetters(reader: FlowReader, flow: Flow): Promise<DeadLetter[]> {
  // Before the letters: what is terminated meanwhile has its letter by then.
  const surrenders = byMessage(
    (await readAll(reader, advisoryStream(flow))).flatMap((each) => surrenderOf(each) ?? []),
  );
  const letters: DeadLetter[] = [];
  for (const message of await readAll(reader, deadLetterStream(flow))) {
    const letter = letterOf(message);
    letters.push({ ...letter, advisories: advisoriesIn(surrenders.get(keyOf(letter))) });
  }
  const known = new Set(letters.map(keyOf));
  // A message that is terminated has its dead letter before: what is left was given up by the broker alone.
  const alone = [...surrenders]
    .filter(([key]) => !known.has(key))
    .map(async ([, about]) => {
      const [surrender] = about as [Surrender];
      const message = (await reader.message(flow.stream, surrender.sequence)) ?? gone(surrender);
      return { ...letterOf(message, surrender), advisories: advisoriesIn(about) };
    });
  letters.push(...(await Promise.all(alone)));
  return letters.sort((a, b) => a.at.localeCompare(b.at));
}

/** Takes a letter away, with the broker's word on it. @throws Unavailable */
export async function removeDeadLetter(
  editor: FlowEditor,
  flow: Flow,
  { kept, advisories }: DeadLetter,
): Promise<void> {
  if (kept) await editor.remove(deadLetterStream(flow), kept);
  for (const advisory of advisories) await editor.remove(advisoryStream(flow), advisory);
}

/** A message is given up once by each durable. */
const keyOf = ({ durable, sequence }: Pick<DeadLetter, 'durable' | 'sequence'>): string => `${durable} ${sequence}`;
const byMessage = (surrenders: readonly Surrender[]) => Map.groupBy(surrenders, keyOf);
const advisoriesIn = (surrenders: readonly Surrender[] = []): number[] => surrenders.map(({ advisory }) => advisory);

/** The stream has it no longer. */
const gone = ({ sequence }: Surrender): StoredMessage => ({
  subject: '',
  headers: {},
  body: new Uint8Array(),
  sequence,
  storedAt: 0,
});

async function readAll(reader: FlowReader, stream: string): Promise<StoredMessage[]> {
  const found: StoredMessage[] = [];
  if (await reader.state(stream)) for await (const message of reader.replay(stream, 1)) found.push(message);
  return found;
}
