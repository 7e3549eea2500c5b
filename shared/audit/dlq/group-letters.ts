import type { DeadLetter } from './dead-letter.ts';

/** Dead letters with one cause. */
export interface LetterGroup {
  readonly service: string;
  readonly type: string;
  readonly reason: string;
  readonly count: number;
  /** RFC 3339. */
  readonly oldest: string;
  /** One of them, as an example: the oldest one's id and error. */
  readonly id: string;
  readonly error: string;
}

/** Which letters are meant; what is not given does not matter. */
export interface LetterFilter {
  readonly ids?: readonly string[];
  readonly service?: string;
  readonly type?: string;
  readonly reason?: string;
}

/** By service, type and reason; the largest group first. */
export function groupLetters(letters: readonly DeadLetter[]): LetterGroup[] {
  const groups = new Map<string, LetterGroup>();
  for (const { id, service, type, reason, error, at } of letters) {
    const key = `${service} ${type} ${reason}`;
    const group = groups.get(key) ?? { service, type, reason, count: 0, oldest: at, id, error };
    groups.set(key, { ...group, count: group.count + 1 });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || a.oldest.localeCompare(b.oldest));
}

export const selectLetters = (letters: readonly DeadLetter[], filter: LetterFilter): DeadLetter[] =>
  letters.filter(
    ({ id, service, type, reason }) =>
      (filter.ids?.includes(id) ?? true) &&
      (filter.service ?? service) === service &&
      (filter.type ?? type) === type &&
      (filter.reason ?? reason) === reason,
  );
