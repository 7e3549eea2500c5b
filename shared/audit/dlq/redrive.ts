import { setTimeout as delay } from 'node:timers/promises';
import type { Publisher } from '#shared/messaging/publisher.ts';
import { type DeadLetter, redrivenOf } from './dead-letter.ts';

export interface RedriveOptions {
  readonly publish: Publisher['publish'];
  readonly remove: (letter: DeadLetter) => Promise<void>;
  /** Those that are meant, and all that there are: an event published again reaches every service that reads its type. */
  readonly chosen: readonly DeadLetter[];
  readonly all: readonly DeadLetter[];
  /** Why a letter must stay, if so. */
  readonly refusal: (letter: DeadLetter) => Promise<string | undefined>;
  /** Events per second. */
  readonly rate: number;
  readonly dryRun?: boolean;
  readonly onEvent?: (redriven: Redriven) => void;
  readonly signal?: AbortSignal;
}

/** What became of one event, and of its letters: one for each service that gave it up. */
export interface Redriven {
  readonly outcome: 'published' | 'would be published' | 'refused';
  readonly eventId: string | undefined;
  readonly orderId: string;
  readonly type: string;
  /** Ids of the letters that it takes out of the box. */
  readonly letters: readonly string[];
  /** Of the new message; undefined when there is none. */
  readonly sequence?: number;
  readonly reason?: string;
}

/**
 * Publishes the events of dead letters again, each once, no faster than the rate; a letter leaves the box only when the
 * stream has its event. So an interruption loses nothing: what was not published stays, and a letter that stays although
 * its event was published is published a second time at most, which every service takes for the duplicate that it is.
 * @throws Unavailable; then the letter under way stays
 */
export async function redrive(options: RedriveOptions): Promise<Redriven[]> {
  const { publish, remove, rate, dryRun = false, onEvent, signal, refusal } = options;
  const done: Redriven[] = [];
  let next = performance.now();
  for (const letters of byEvent(options)) {
    if (signal?.aborted) break;
    const [letter] = letters as [DeadLetter];
    const { eventId, orderId, type } = letter;
    const event = { eventId, orderId, type, letters: letters.map(({ id }) => id) };
    const reason = letter.subject === '' ? letter.error : await refusal(letter);
    if (reason !== undefined) done.push({ outcome: 'refused', ...event, reason });
    else if (dryRun) done.push({ outcome: 'would be published', ...event });
    else {
      await delay(Math.max(0, next - performance.now()));
      next = Math.max(next, performance.now()) + 1_000 / rate;
      const { sequence } = await publish(redrivenOf(letter));
      for (const each of letters) await remove(each);
      done.push({ outcome: 'published', ...event, sequence });
    }
    onEvent?.(done.at(-1) as Redriven);
  }
  return done;
}

/** The chosen letters and their siblings, event by event: published once, it is a new try for all who gave it up. */
function byEvent({ chosen, all }: RedriveOptions): DeadLetter[][] {
  const sequences = [...new Set(chosen.map(({ sequence }) => sequence))];
  return sequences.map((wanted) => all.filter(({ sequence }) => sequence === wanted));
}
