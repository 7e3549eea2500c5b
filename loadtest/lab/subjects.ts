import { loadPattern, type Pattern } from '#shared/runtime/pattern.ts';
import { DEFAULT_PATTERN, patternNames } from '#shared/runtime/setting-kinds.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';

/** One of the alternatives that are compared. */
export interface Subject {
  readonly name: string;
  readonly pattern: Pattern;
  /** The variables that run it. */
  readonly env: Readonly<Record<string, string>>;
}

/** Whom the other patterns are compared to. */
export const PEER = DEFAULT_PATTERN;

/** Compared when `--only` names them. */
const OPTIONS = ['orchestration/restate', 'orchestration/sequential'];

export const subjectNames = (): string[] => [...new Set([PEER, ...patternNames()])];

/** Patterns of these names; by default every folder of services/patterns, the peer first. @throws StartFailure for an unknown name */
export async function openSubjects(only: readonly string[] = []): Promise<Subject[]> {
  const chosen = chosenOf('pattern', only, subjectNames(), OPTIONS);
  return Promise.all(
    chosen.map(async (name) => {
      const setting = OPTIONS.includes(name) ? `services/patterns/${name}` : name;
      const pattern = await loadPattern(setting);
      return { name: pattern.name, pattern, env: { PATTERN: setting } };
    }),
  );
}

/** Those of `--only`, in the order of all; by default `names`. @throws StartFailure for an unknown name */
export function chosenOf(what: string, only: readonly string[], names: readonly string[], options: string[] = []) {
  const known = [...names, ...options];
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new StartFailure(`--only: there is no ${what} ${unknown.join(', ')}; choose from ${known.join(', ')}`);
  return only.length > 0 ? known.filter((name) => only.includes(name)) : names;
}
