import { basename, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { z } from 'zod';
import { hostAndPort } from '#shared/messaging/server-url.ts';
import type { StoreKind } from '#shared/store/store-kind.ts';
import { storeKind, storeKinds } from '#shared/store/store-kinds.ts';
import type { StorePlace, StorePlaces } from '#shared/store/stores.ts';
import { DEFAULT_PATTERN, port, readable, serviceVariable, url } from './setting-kinds.ts';

/** The variables that say where services keep their state: they follow from the table of stores. */

export const store = readable('is no store', (name) => storeKind(name).name).prefault(storeKinds[0].name);

/** `kitchen-service` is told otherwise than by STORE in STORE_KITCHEN_SERVICE. */
export const storeVariable = (service: string): string => serviceVariable('STORE', service);

/** NATS runs whatever is chosen: its variables are in the settings. */
const servers = new Map(
  storeKinds.flatMap((kind): [string, StoreKind][] => (kind.login === 'nats' ? [] : [[kind.variable, kind]])),
);

export const storeVariables: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  [...servers.values()].flatMap((kind) => {
    const { variable, url: example, portVariable, protocols } = kind;
    const named = url(protocols, example);
    if (!portVariable) return [[variable, named.describe(`Folder of the store ${kind.name}; unset: one in DATA_DIR.`)]];
    const usual = port(Number(new URL(example).port));
    return [
      [portVariable, usual.describe(`Port of the server of the store ${kind.name} that \`npm start\` runs.`)],
      [variable, named.describe(`Server of the store ${kind.name} of a service that is started by hand.`)],
    ];
  }),
);

/** What the settings say of stores. */
export interface StoreSettings {
  /** Kind of store of every service, unless `storeOf` names another. */
  readonly STORE: string;
  /** Service's STORE_… variable -> kind. */
  readonly storeOf: Readonly<Record<string, string>>;
  /** Variable of a kind -> URL. */
  readonly storeUrls: Readonly<Record<string, string>>;
  /** Variable -> port. */
  readonly storePorts: Readonly<Record<string, number>>;
}

interface Given {
  readonly BIND: string;
  readonly DATA_DIR: string;
  readonly PATTERN: string;
  readonly NATS_URL: string;
}

export function storeSettingsOf(parsed: Readonly<Record<string, unknown>>, given: Given): StoreSettings {
  const text = (name: string) => parsed[name] as string | undefined;
  const ports = [...servers.values()].flatMap(({ portVariable: name }) => (name ? [[name, parsed[name]]] : []));
  const storePorts: StoreSettings['storePorts'] = Object.fromEntries(ports);
  const urls = [...servers].map(([name, kind]) => [name, text(name) ?? ownStoreUrl(kind, { ...given, storePorts })]);
  const own = Object.keys(parsed).filter((name) => name.startsWith('STORE_'));
  return {
    STORE: text('STORE') ?? storeKinds[0].name,
    storeOf: Object.fromEntries(own.map((name) => [name, String(parsed[name])])),
    storeUrls: { NATS_URL: given.NATS_URL, ...Object.fromEntries(urls) },
    storePorts,
  };
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where `npm start` puts the store, unless its variable says otherwise. */
export function ownStoreUrl(
  kind: StoreKind,
  given: Omit<Given, 'NATS_URL'> & Pick<StoreSettings, 'storePorts'>,
): string {
  const { name, portVariable, url } = kind;
  const { BIND, DATA_DIR, PATTERN, storePorts } = given;
  if (!portVariable) return pathToFileURL(resolve(root, DATA_DIR, dataFolder(name, PATTERN))).href;
  return url.replace(new URL(url).host, hostAndPort(BIND, storePorts[portVariable]));
}

/** The name of the folder with a server's data. Patterns do not share data: one would read the events of another. */
export const dataFolder = (server: string, pattern = DEFAULT_PATTERN): string =>
  pattern === DEFAULT_PATTERN ? server : `${server}-${basename(pattern)}`;

export const storeKindOf = ({ STORE, storeOf }: StoreSettings, service: string): StoreKind =>
  storeKind(storeOf[storeVariable(service)] ?? STORE);

/** Services; those with rules keep state. */
interface Keepers {
  readonly services: readonly { readonly name: string; readonly behaviour?: unknown }[];
}

/** The kinds of store that services of the pattern keep their state in. */
export function storeKindsIn({ services }: Keepers, settings: StoreSettings): StoreKind[] {
  const kinds = services.filter(({ behaviour }) => behaviour).map(({ name }) => storeKindOf(settings, name));
  return [...new Set(kinds)];
}

/** Where the stores of these services are. `urls`: of each variable, with the user who asks. */
export function storePlaces(
  settings: StoreSettings,
  services: readonly { readonly name: string; readonly stores?: readonly string[] }[],
  urls: Readonly<Record<string, string>> = settings.storeUrls,
): StorePlaces {
  const placeOf = (kind: StoreKind): StorePlace => ({ kind: kind.name, url: urls[kind.variable] ?? '' });
  const all = placeOf(storeKind(settings.STORE));
  const others = services.flatMap(({ name, stores = [] }) => {
    const place = placeOf(storeKindOf(settings, name));
    return place.kind === all.kind ? [] : [name, ...stores].map((store) => [store, place]);
  });
  return { all, except: Object.fromEntries(others) };
}
