import { setTimeout as delay } from 'node:timers/promises';
import { type Flow, subjectOf } from '#shared/contracts/flow.ts';
import type { FlowEditor } from '#shared/messaging/jetstream/flow-reader.ts';
import type { Service } from '#shared/runtime/service.ts';
import type { Store } from '#shared/store/store.ts';
import { type DeadLetter, redrivenOf } from './dead-letter.ts';
import { removeDeadLetter } from './dead-letters.ts';

export interface RedriveOptions {
  readonly flow: Flow;
  readonly editor: FlowEditor;
  readonly services: readonly Service[];
  readonly storeOf: (service: string) => Pick<Store, 'load'>;
  readonly chosen: readonly DeadLetter[];
  /** All letters: an event published again reaches every service that reads its type, so it takes its other letters along. */
  readonly letters: readonly DeadLetter[];
  /** Events per second. */
  readonly rate: number;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/** What became of one event and of its letters: one for each service that gave it up. */
export interface Redriven {
  readonly outcome: 'published' | 'would be published' | 'refused';
  readonly eventId: string | undefined;
  readonly orderId: string;
  readonly type: string;
  readonly letters: readonly string[];
  /** Of the new message. */
  readonly sequence?: number;
  readonly reason?: string;
}

/**
 * Publishes the events of dead letters again, each once, no faster than the rate. A letter is removed only when the stream has
 * its event: an interruption loses nothing, and at most publishes one event twice, which every service drops as a duplicate.
 * @throws Unavailable; then the current letter stays
 */
export async function* redrive(options: RedriveOptions): AsyncGenerator<Redriven> {
  const { flow, editor, chosen, rate, dryRun, signal } = options;
  let next = performance.now();
  for (const sequence of new Set(chosen.map((letter) => letter.sequence))) {
    if (signal.aborted) return;
    const letters = options.letters.filter((letter) => letter.sequence === sequence);
    const [letter] = letters as [DeadLetter];
    const { eventId, orderId, type } = letter;
    const event = { eventId, orderId, type, letters: letters.map(({ id }) => id) };
    const reason = letter.subject === '' ? letter.error : await refusalOf(letter, options);
    if (reason !== undefined) yield { outcome: 'refused', ...event, reason };
    else if (dryRun) yield { outcome: 'would be published', ...event };
    else {
      await delay(Math.max(0, next - performance.now()));
      next = Math.max(next, performance.now()) + 1_000 / rate;
      const published = await editor.publish(redrivenOf(letter));
      for (const each of letters) await removeDeadLetter(editor, flow, each);
      yield { outcome: 'published', ...event, sequence: published.sequence };
    }
  }
}

/** Why an event must not be published again, if so: a service that has forgotten its order would begin the order anew. */
async function refusalOf(
  { orderId, type, sequence }: DeadLetter,
  { flow, editor, services, storeOf }: RedriveOptions,
): Promise<string | undefined> {
  const readers = services.filter((service) => service.behaviour && Object.hasOwn(service.reacts(flow), type));
  const documents = await Promise.all(readers.map(({ name }) => storeOf(name).load(orderId)));
  const forgetful = readers.filter((_, at) => documents[at]?.version === 0).map(({ name }) => name);
  if (forgetful.length === 0) return undefined;
  const who = forgetful.join(' and ');
  const outcomes = Object.values(flow.outcomes).map((outcome) => subjectOf(flow, outcome, orderId));
  if ((await editor.order(orderId)).some(({ subject }) => outcomes.includes(subject)))
    return `order ${orderId} has ended, and ${who} would begin it again`;
  const state = await editor.state(flow.stream);
  if (sequence < (state?.firstSequence ?? 1))
    return `the events of order ${orderId} are gone from the stream, and ${who} would begin it again`;
  return undefined;
}
