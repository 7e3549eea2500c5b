import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { childEnvironment } from '#shared/runtime/settings.ts';
import { composePath } from './compose-file.ts';
import type { ComposeProject } from './project.ts';

const DOWN_GRACE_S = 10;
const LAST_LINES = 15;

/**
 * Removes everything of the project, its volumes too: also what a start that broke off has left. Synchronous, so that an
 * exit handler can call it; in a process group of its own, so that a second Ctrl-C does not stop it.
 */
export function takeDown({ name, env }: ComposeProject, say: (line: string) => void): void {
  say('taking everything down ...');
  const project = ['--project-directory', dirname(composePath), '--file', composePath, '--project-name', name];
  const down = ['down', '--volumes', '--remove-orphans', '--timeout', String(DOWN_GRACE_S)];
  const options = { detached: true, env: childEnvironment(env), encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync('docker', ['compose', ...project, '--profile', '*', ...down], options);
  if (status !== 0) say(`it failed: ${stderr}`);
}

/** What is started here was built or pulled before. */
const UP = ['up', '--detach', '--wait', '--no-build', '--pull', 'never'];

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
