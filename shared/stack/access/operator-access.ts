import { existsSync } from 'node:fs';
import { maskUrl } from '#shared/messaging/server-url.ts';
import { readCredentials, urlsWith } from '#shared/runtime/credentials.ts';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { BadSettings, readSettings } from '#shared/runtime/settings.ts';
import { storePlaces } from '#shared/runtime/store-settings.ts';
import { storeKind } from '#shared/store/store-kinds.ts';
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

/**
 * Where the operator's tools find the stores: those of STORE, else of the last `npm start`. `url` is that of STORE's server.
 * @throws BadSettings for another STORE than that of the stack which is looked into, and for a URL that is none of the store
 */
export async function operatorStores(url?: string, env: Env = stackEnvironment()): Promise<StorePlaces> {
  const chosen = chosenStore(readSettings(env).PATTERN);
  const settings = readSettings({ ...chosen, ...env });
  const isOfNpmStart = !url && !env.NATS_URL && !env.CREDENTIALS_FILE;
  if (isOfNpmStart && chosen.STORE && env.STORE && env.STORE !== chosen.STORE)
    throw new BadSettings(
      `STORE=${env.STORE}, but the last npm start keeps its state in ${chosen.STORE}: leave STORE out, or start with STORE=${env.STORE}.`,
    );
  const { services } = await loadPattern(settings.PATTERN);
  const places = storePlaces(settings, services, operatorUrls(env));
  if (!url) return places;
  assertUrlOf(settings.STORE, url);
  return { ...places, all: { ...places.all, url } };
}

function assertUrlOf(store: string, url: string): void {
  const { url: example, protocols } = storeKind(store);
  if (!URL.canParse(url) || !protocols.test(url))
    throw new BadSettings(
      `--store ${maskUrl(url)} is no URL of the store ${store}, such as ${example}: see STORE in .env.example.`,
    );
}
