import { spawnSync } from 'node:child_process';
import { childEnvironment } from '#shared/runtime/settings.ts';
import { type ComposeProject, composeArgs } from './project.ts';

/**
 * Removes everything of the project, volumes included, also after a start that failed. Synchronous, so that an exit
 * handler can call it; in a process group of its own, so that a second Ctrl-C does not stop it.
 */
export function takeDown({ name, env }: ComposeProject, say: (line: string) => void): void {
  say('taking everything down ...');
  const down = ['--profile', '*', 'down', '--volumes', '--remove-orphans', '--timeout', '10'];
  const options = { detached: true, env: childEnvironment(env), encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync('docker', [...composeArgs(name), ...down], options);
  if (status !== 0) say(`it failed: ${stderr}`);
}

export interface Bringing {
  readonly services: readonly string[];
  /** Further arguments of `docker compose up`. */
  readonly options?: readonly string[];
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What is started here was built or pulled before. */
const UP = ['up', '--detach', '--wait', '--no-build', '--pull', 'never'];

/** Resolves when all are healthy. @throws StartFailure after the last log lines of every container were said */
export async function bringUp(
  project: ComposeProject,
  { services, options = [], say, signal }: Bringing,
): Promise<void> {
  // Compose repeats a line for each service that waits for it.
  const said = new Set<string>();
  const onLine = (line: string) => {
    if (!/Healthy|unhealthy|Exited|rror/.test(line) || said.has(line)) return;
    said.add(line);
    say(`  ${line.trim()}`);
  };
  try {
    await project.compose([...UP, ...options, ...services], { signal, onLine });
  } catch (error) {
    signal.throwIfAborted();
    say(await project.compose(['logs', '--no-color', '--tail', '15']));
    throw error;
  }
}
