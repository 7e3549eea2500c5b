import { deadLetterStream, type Flow } from '#shared/contracts/flow.ts';
import type { FlowEditor, FlowReader } from '#shared/messaging/jetstream/flow-reader.ts';
import { advisoryStream } from '#shared/messaging/jetstream/topology.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';
import { type Advisory, advisoryIn, type DeadLetter, discardedOf, letterOf, letterWithout } from './dead-letter.ts';

/** The dead letters, discarded ones too, and what the broker gave up without one; the oldest first. @throws Unavailable */
export async function readDeadLetters(reader: FlowReader, flow: Flow): Promise<DeadLetter[]> {
  // Advisories first: a message that is terminated meanwhile has its letter by then.
  const advisories = (await readAll(reader, advisoryStream(flow))).flatMap((message) => advisoryIn(message) ?? []);
  const byMessage = Map.groupBy(advisories, keyOf);
  const sequencesOf = (key: string) => (byMessage.get(key) ?? []).map(({ advisory }) => advisory);
  const letters = (await readAll(reader, deadLetterStream(flow))).map((message) => {
    const letter = letterOf(message);
    return { ...letter, advisories: sequencesOf(keyOf(letter)) };
  });
  for (const letter of letters) byMessage.delete(keyOf(letter));
  // A terminated message has a letter: for the rest, the broker's advisory is all there is.
  const withoutLetter = [...byMessage].map(async ([key, [advisory]]) => {
    const { sequence } = advisory as Advisory;
    return letterWithout(advisory as Advisory, sequencesOf(key), await reader.message(flow.stream, sequence));
  });
  return [...letters, ...(await Promise.all(withoutLetter))].sort((a, b) => a.at.localeCompare(b.at));
}

/** A message is given up once by each durable. */
const keyOf = ({ durable, sequence }: Pick<DeadLetter, 'durable' | 'sequence'>): string => `${durable} ${sequence}`;

async function readAll(reader: FlowReader, stream: string): Promise<StoredMessage[]> {
  const found: StoredMessage[] = [];
  if (await reader.state(stream)) for await (const message of reader.replay(stream, 1)) found.push(message);
  return found;
}

/** Removes a letter and its advisories. @throws Unavailable */
export async function removeDeadLetter(editor: FlowEditor, flow: Flow, letter: DeadLetter): Promise<void> {
  if (letter.kept) await editor.remove(deadLetterStream(flow), letter.kept);
  for (const advisory of letter.advisories) await editor.remove(advisoryStream(flow), advisory);
}

/** Takes a letter out of its service's, and keeps it with the reason for as long as a new one. @throws Unavailable */
export async function discardDeadLetter(
  editor: FlowEditor,
  flow: Flow,
  letter: DeadLetter,
  reason: string,
): Promise<void> {
  await editor.publish(discardedOf(letter, reason, Date.now()));
  await removeDeadLetter(editor, flow, letter);
}

/** A field that is not given matches any letter. */
export interface LetterFilter {
  readonly service?: string;
  readonly type?: string;
  readonly reason?: string;
}

/** Discarded ones only by their ids. */
export const selectLetters = (
  letters: readonly DeadLetter[],
  { service, type, reason }: LetterFilter,
  ids: readonly string[] = [],
): DeadLetter[] =>
  letters.filter(
    (letter) =>
      (ids.length === 0 ? !letter.discarded : ids.includes(letter.id)) &&
      (service ?? letter.service) === letter.service &&
      (type ?? letter.type) === letter.type &&
      (reason ?? letter.reason) === letter.reason,
  );

/** Dead letters with one cause. */
export interface LetterGroup extends Pick<DeadLetter, 'service' | 'type' | 'reason'> {
  readonly count: number;
  /** RFC 3339. */
  readonly oldest: string;
  /** Of the oldest one. */
  readonly id: string;
  readonly error: string;
}

/** By service, type and reason; the largest group first. `letters`: the oldest first. */
export function groupLetters(letters: readonly DeadLetter[]): LetterGroup[] {
  const groups = Map.groupBy(letters, ({ service, type, reason }) => `${service} ${type} ${reason}`);
  return [...groups.values()]
    .map((group): LetterGroup => {
      const { service, type, reason, at, id, error } = group[0] as DeadLetter;
      return { service, type, reason, count: group.length, oldest: at, id, error };
    })
    .sort((a, b) => b.count - a.count || a.oldest.localeCompare(b.oldest));
}
