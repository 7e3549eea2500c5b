import { existsSync } from 'node:fs';
import { readCredentials, urlsWith } from '#shared/runtime/credentials.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { stackEnvironment } from '../stack-environment.ts';
import { credentialsDir, credentialsFile, OPERATOR } from './credentials-files.ts';

/**
 * The servers as the operator's tools see them: NATS_URL and REDIS_URL with the user of CREDENTIALS_FILE; by default the
 * servers of `npm start` with the operator's credentials that it made. URLs that name a user are taken as they are, and
 * so are given ones without a CREDENTIALS_FILE: they are another stack's. @throws BadSettings
 */
export function operatorUrls(env: Readonly<Record<string, string>> = stackEnvironment()): {
  nats: string;
  redis: string;
} {
  const settings = readSettings(env);
  const made = credentialsFile(credentialsDir(), OPERATOR);
  const given = { nats: settings.NATS_URL, redis: settings.REDIS_URL };
  if (settings.CREDENTIALS_FILE) return urlsWith(readCredentials(settings.CREDENTIALS_FILE), settings);
  if (!existsSync(made)) return given;
  const known = urlsWith(readCredentials(made), settings);
  return { nats: env.NATS_URL ? given.nats : known.nats, redis: env.REDIS_URL ? given.redis : known.redis };
}
