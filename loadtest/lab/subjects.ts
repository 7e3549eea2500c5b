import { loadPattern, type Pattern } from '#shared/runtime/pattern.ts';
import { DEFAULT_PATTERN, patternNames } from '#shared/runtime/setting-kinds.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';

/** A pattern that is compared, and the value of PATTERN that runs it. */
export interface Subject {
  readonly pattern: Pattern;
  readonly setting: string;
}

/** Whom the others are compared to. */
export const PEER = DEFAULT_PATTERN;

/** Compared when `--only` names them. */
const OPTIONS = ['orchestration/restate', 'orchestration/sequential'];

export const subjectNames = (): string[] => [...new Set([PEER, ...patternNames()])];

/** Those of these names; by default every folder of services/patterns, the peer first. @throws StartFailure for an unknown name */
export async function openSubjects(only: readonly string[] = []): Promise<Subject[]> {
  const names = subjectNames();
  const known = [...names, ...OPTIONS];
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new StartFailure(`--only: there is no pattern ${unknown.join(', ')}; choose from ${known.join(', ')}`);
  const chosen = only.length > 0 ? known.filter((name) => only.includes(name)) : names;
  return Promise.all(
    chosen.map(async (name) => {
      const setting = OPTIONS.includes(name) ? `services/patterns/${name}` : name;
      return { setting, pattern: await loadPattern(setting) };
    }),
  );
}
