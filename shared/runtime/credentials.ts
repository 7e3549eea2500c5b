import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { withUser } from '#shared/messaging/server-url.ts';
import { storeKinds } from '#shared/store/store-kinds.ts';
import { BadSettings, type Settings } from './settings.ts';

/** Who a program is: one name everywhere, and its password for each server that knows it. */
const credentials = z.object({
  user: z.string().min(1),
  nats: z.string().min(1).optional(),
  redis: z.string().min(1).optional(),
  postgres: z.string().min(1).optional(),
});
export type Credentials = z.infer<typeof credentials>;

/** @throws BadSettings naming the file, what is wrong with it and the remedy; never with what it holds. */
export function readCredentials(file: string): Credentials {
  const bad = (problem: string, cause?: unknown) =>
    new BadSettings(
      `CREDENTIALS_FILE=${file} ${problem}: it is made at the first start of the stack, one per service and one for tools`,
      { cause },
    );
  if (!existsSync(file)) throw bad('is not there');
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw bad('cannot be read as JSON', cause);
  }
  const { data, success } = credentials.safeParse(parsed);
  if (!success) throw bad('holds no user with a password');
  return data;
}

/** The servers as this user sees them, by variable. A URL that names a user already is left alone. */
export function urlsWith(credentials: Credentials, { storeUrls }: Settings): Readonly<Record<string, string>> {
  const { user } = credentials;
  const logins = new Map(storeKinds.map(({ variable, login }) => [variable, login] as const));
  const urlOf = ([variable, url]: [string, string]): [string, string] => {
    const login = variable === 'NATS_URL' ? 'nats' : logins.get(variable);
    return [variable, login ? withUser(url, user, credentials[login]) : url];
  };
  return Object.fromEntries(Object.entries(storeUrls).map(urlOf));
}
