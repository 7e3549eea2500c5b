import { join } from 'node:path';
import { execa } from 'execa';
import { childEnvironment } from '#shared/runtime/settings.ts';
import { repository } from '../processes/data-dir.ts';
import { StartFailure } from '../processes/start-failure.ts';

export const composePath = join(repository, 'docker-compose.yml');

export interface DockerCall {
  readonly env?: Readonly<Record<string, string>>;
  /** Aborted: the call is ended and rejects. */
  readonly signal?: AbortSignal | undefined;
  /** Its output, line by line, while it runs. */
  readonly onLine?: (line: string) => void;
}

/** Resolves with stdout. In a process group of its own: no Ctrl-C reaches it. @throws StartFailure with its last lines */
export async function docker(args: readonly string[], { env, signal, onLine }: DockerCall = {}): Promise<string> {
  const child = execa('docker', args, {
    env: childEnvironment({ ...env }),
    extendEnv: false,
    detached: true,
    reject: false,
    all: true,
    stdin: 'ignore',
    ...(signal && { cancelSignal: signal }),
  });
  if (onLine) for await (const line of child.iterable({ from: 'all' })) onLine(line);
  const { failed, stdout, all, shortMessage } = await child;
  if (!failed) return stdout;
  throw new StartFailure(
    `docker ${args.slice(0, 6).join(' ')} …: ${all?.split('\n').slice(-8).join('\n') || shortMessage}`,
  );
}

/** `version` is undefined when there is no engine, no compose or no right to use it; `why` says which. */
export async function findEngine(): Promise<{ readonly version?: string; readonly why: string }> {
  try {
    const version = (await docker(['version', '--format', '{{.Server.Version}}'])).trim();
    const compose = (await docker(['compose', 'version', '--short'])).trim();
    return { version: `engine ${version}, compose ${compose}`, why: '' };
  } catch (error) {
    return { why: (error as Error).message.replace(/^.*?…: /s, '').trim() };
  }
}
