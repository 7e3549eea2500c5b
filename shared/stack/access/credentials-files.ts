import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Credentials, readCredentials } from '#shared/runtime/credentials.ts';
import { dataDir } from '../processes/data-dir.ts';

/** Users besides the services: the operator's tools, the broker's set-up, and the health checks of servers. */
export const OPERATOR = 'operator';
export const SET_UP = 'set-up';
export const MONITOR = 'monitor';

export const credentialsDir = (): string => join(dataDir(), 'credentials');
export const credentialsFile = (folder: string, user: string): string => join(folder, `${user}.json`);

export interface KnownCredentials extends Credentials {
  readonly nats: string;
  readonly redis: string;
  readonly postgres: string;
}

/** Reads a user's credentials, or makes them at the first start. @throws BadSettings when the file is none of ours */
export async function ensureCredentials(file: string, user: string, mode?: number): Promise<KnownCredentials> {
  const { nats, redis, postgres }: Partial<Credentials> = existsSync(file) ? readCredentials(file) : {};
  if (nats && redis && postgres) return { user, nats, redis, postgres };
  const [own, other, third] = [nats, redis, postgres].map((known) => known ?? newPassword());
  const whole = { user, nats: own, redis: other, postgres: third } as KnownCredentials;
  await writeSecret(file, `${JSON.stringify(whole)}\n`, mode);
  return whole;
}

/** 256 bits, in letters that are the same in a URL, a configuration file and a command. */
const newPassword = (): string => randomBytes(32).toString('base64url');

/** Writes a file that only its owner reads, also when it was there and anybody could. Makes its folder. */
export async function writeSecret(file: string, text: string, mode = 0o600): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode });
  await chmod(file, mode);
}
