import type { ComposeProject } from './project.ts';

const DOWN_GRACE_S = 10;
const LAST_LINES = 15;

/** Removes everything of the project, its volumes too: also what a start that broke off has left. */
export const takenDownAfterwards = (project: ComposeProject, say: (line: string) => void): AsyncDisposable => ({
  async [Symbol.asyncDispose]() {
    say('taking everything down ...');
    await project.compose([
      ...EVERY_PROFILE,
      'down',
      '--volumes',
      '--remove-orphans',
      '--timeout',
      String(DOWN_GRACE_S),
    ]);
  },
});

/** What is started here was built or pulled before. */
const UP = ['up', '--detach', '--wait', '--no-build', '--pull', 'never'];
const EVERY_PROFILE = ['--profile', '*'];

export interface Bringing {
  readonly services: readonly string[];
  /** Further arguments of `docker compose up`. */
  readonly options?: readonly string[];
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What a user does by hand: resolves when all are healthy. @throws StartFailure; then everybody's last lines were said */
export async function bringUp(
  project: ComposeProject,
  { services, options = [], say, signal }: Bringing,
): Promise<void> {
  const heard = new Set<string>();
  const onLine = (line: string) => {
    // Compose says it again for each that waits for it.
    if (!/Healthy|unhealthy|Exited|rror/.test(line) || heard.has(line)) return;
    heard.add(line);
    say(`  ${line.trim()}`);
  };
  try {
    await project.compose([...UP, ...options, ...services], { signal, onLine });
  } catch (error) {
    signal.throwIfAborted();
    say(await project.compose(['logs', '--no-color', '--tail', String(LAST_LINES)]));
    throw error;
  }
}
