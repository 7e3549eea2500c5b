import type { Change, Counters, Due, Health } from '../store.ts';
import { type Kept, NOTHING, type Sums } from './kept.ts';
import { idOf, LEASES, LIFE, META, RETIRED, STOCK } from './keys.ts';

/** How a store writes the steps of documents into its stream. */
export interface LogFormat {
  /** What a message says of a document that was changed. */
  write(after: Kept, change: Change): object;
  /** The document after that message. */
  read(message: object, before: Kept): Kept;
}

/** What every message says. */
export type Message = Readonly<Record<string, unknown>> & { readonly life: string };

/** A message as the stream holds it; its key is what its subject says behind the prefix of the store. */
export interface Logged {
  readonly key: string;
  readonly sequence: number;
  readonly body: Uint8Array;
}

/** Whether the store can be built upon, and who may write it. */
export interface Meta extends Health {
  readonly writer?: string | undefined;
  readonly leasedUntil: number;
}

interface Retired extends Sums {
  /** Of the documents that expired last: what they added is part of these sums, and their messages may be removed. */
  readonly keys: readonly string[];
}

/** All that follows from the messages of a log up to one of them: its fold. */
export class Projection {
  sequence: number;
  life: string | undefined;
  /** Of the message with which the life began; before it there are only messages of earlier ones. */
  lifeSequence = Number.POSITIVE_INFINITY;
  meta: Meta = { is: 'wiped', checkpoint: 0, leasedUntil: 0 };
  /** `<due time> <id>` -> until when it is claimed. */
  leases: Readonly<Record<string, number>> = {};
  retired: Retired & { readonly sequence: number } = { keys: [], sequence: 0, counters: {}, pools: {} };
  readonly counters = new Map<string, number>();
  readonly pools = new Map<string, number>();
  /** Key -> sequence of its last message. */
  readonly sequences = new Map<string, number>();
  /** Key -> what was written by somebody who is no store. */
  readonly foreign = new Map<string, string>();
  stock: Sums = NOTHING;
  readonly #kept = new Map<string, Kept>();
  readonly #due = new Map<string, number>();
  readonly #format: LogFormat;

  constructor(format: LogFormat, sequence = 0) {
    this.#format = format;
    this.sequence = sequence;
  }

  apply({ key, sequence, body }: Logged): void {
    this.sequence = sequence;
    this.sequences.set(key, sequence);
    const message = parsed(body);
    if (!message) this.foreign.set(key, Buffer.from(body).toString('utf8', 0, 80));
    else if (key === LIFE) [this.life, this.lifeSequence] = [message.life, sequence];
    else if (message.life === this.life) this.#fold(key, message, sequence);
    if (message) this.foreign.delete(key);
  }

  #fold(key: string, message: Message, sequence: number): void {
    const id = idOf(key);
    if (id !== undefined) this.#keep(id, this.#format.read(message, this.kept(id)));
    else if (key === META) this.meta = message as unknown as Meta;
    else if (key === LEASES) this.leases = message.until as Readonly<Record<string, number>>;
    else if (key === STOCK) this.stock = this.#replace(this.stock, message as unknown as Sums);
    else if (key === RETIRED) this.#retire(message as unknown as Retired, sequence);
  }

  #keep(id: string, kept: Kept): void {
    this.#replace(this.kept(id), kept);
    this.#kept.set(id, kept);
    if (kept.dueAt === undefined) this.#due.delete(id);
    else this.#due.set(id, kept.dueAt);
  }

  #retire(retired: Retired, sequence: number): void {
    this.#replace(this.retired, retired);
    this.retired = { ...retired, sequence };
    for (const key of retired.keys) {
      const id = idOf(key) ?? '';
      this.#replace(this.kept(id), NOTHING);
      this.#kept.delete(id);
      this.sequences.delete(key);
    }
  }

  #replace(before: Sums, after: Sums): Sums {
    for (const [sums, were, are] of [
      [this.counters, before.counters, after.counters],
      [this.pools, before.pools, after.pools],
    ] as const) {
      for (const [name, by] of Object.entries(are)) sums.set(name, (sums.get(name) ?? 0) + by);
      for (const [name, by] of Object.entries(were)) sums.set(name, (sums.get(name) ?? 0) - by);
    }
    return after;
  }

  kept(id: string): Kept {
    return this.#kept.get(id) ?? NOTHING;
  }

  /** Ids of documents that have expired, and are not due. */
  expired(now: number, limit: number): string[] {
    const ids: string[] = [];
    for (const [id, { expiresAt = Number.POSITIVE_INFINITY, dueAt }] of this.#kept)
      if (expiresAt <= now && dueAt === undefined && ids.push(id) >= limit) break;
    return ids;
  }

  /** The earliest first, of those that are due until then. */
  due(until = Number.POSITIVE_INFINITY): Due[] {
    const due: Due[] = [];
    for (const [id, dueAt] of this.#due) if (dueAt <= until) due.push({ id, dueAt });
    return due.sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1));
  }

  count(now: number): Counters {
    let oldestDueAt: number | undefined;
    for (const dueAt of this.#due.values()) if (dueAt < (oldestDueAt ?? Number.POSITIVE_INFINITY)) oldestDueAt = dueAt;
    return { counters: Object.fromEntries(this.counters), pools: Object.fromEntries(this.pools), oldestDueAt, now };
  }
}

/** Undefined when no store wrote it. */
function parsed(body: Uint8Array): Message | undefined {
  try {
    const message: unknown = JSON.parse(Buffer.from(body).toString());
    const life = typeof message === 'object' && message && 'life' in message ? message.life : undefined;
    return typeof life === 'string' ? (message as Message) : undefined;
  } catch {
    return undefined;
  }
}
