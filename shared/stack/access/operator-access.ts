import { existsSync } from 'node:fs';
import { readCredentials, urlsWith } from '#shared/runtime/credentials.ts';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { storePlaces } from '#shared/runtime/store-settings.ts';
import type { StorePlaces } from '#shared/store/stores.ts';
import { stackEnvironment } from '../stack-environment.ts';
import { chosenStore } from './chosen-store.ts';
import { credentialsDir, credentialsFile, OPERATOR } from './credentials-files.ts';

type Env = Readonly<Record<string, string>>;

/**
 * The servers as the operator's tools see them, by variable: NATS_URL and those of the stores with the user of CREDENTIALS_FILE;
 * by default the servers of `npm start` with the operator's credentials that it made. URLs that name a user are taken as they
 * are, and so are given ones without a CREDENTIALS_FILE: they are another stack's. @throws BadSettings
 */
export function operatorUrls(env: Env = stackEnvironment()): Env & { readonly NATS_URL: string } {
  const settings = readSettings(env);
  const made = credentialsFile(credentialsDir(), OPERATOR);
  const given = { NATS_URL: settings.NATS_URL, ...settings.storeUrls };
  if (settings.CREDENTIALS_FILE) return { ...given, ...urlsWith(readCredentials(settings.CREDENTIALS_FILE), settings) };
  if (!existsSync(made)) return given;
  const known = Object.entries(urlsWith(readCredentials(made), settings));
  return { ...given, ...Object.fromEntries(known.filter(([variable]) => !env[variable])) };
}

/** Where the operator's tools find the stores: those of STORE, else of the last `npm start`. `url` is that of STORE's server. */
export async function operatorStores(url?: string, env: Env = stackEnvironment()): Promise<StorePlaces> {
  const settings = readSettings({ ...chosenStore(), ...env });
  const { services } = await loadPattern(settings.PATTERN);
  const places = storePlaces(settings, services, operatorUrls(env));
  return url ? { ...places, all: { ...places.all, url } } : places;
}
