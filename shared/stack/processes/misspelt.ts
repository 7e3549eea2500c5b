import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { adminPortVariable, allVariables } from '#shared/runtime/settings.ts';
import { storeVariable } from '#shared/runtime/store-settings.ts';

/** What docker-compose.yml reads besides the settings: ports of its own, ways through toxiproxy, and k6's variables. */
const OF_COMPOSE = ['ALERTMANAGER_PORT', 'TOXIPROXY_PORT', 'NATS_HOST', 'REDIS_HOST', 'RATE', 'DURATION', 'MIX'];
/** Of every pattern. */
const serviceFolders = globSync('services/**/*-service', { cwd: new URL('../../../', import.meta.url) }).map((path) =>
  basename(path),
);
export const knownVariables = (): string[] => [
  ...Object.keys(allVariables),
  ...serviceFolders.flatMap((service) => [adminPortVariable(service), storeVariable(service)]),
  ...OF_COMPOSE,
];

/** Read by other programs. */
const FOREIGN = /^(OTEL|NODE|NPM|NO|FORCE|COMPOSE|DOCKER|BUILDKIT|K6|GF|DEFAULT)_/i;

/** A sentence for each variable that nothing reads: in `.env` each, of the process' own those nearly named as one of ours. */
export function misspelt(dotEnv: readonly string[], environment: readonly string[]): string[] {
  const known = knownVariables();
  const isUnknown = (name: string) => !known.includes(name) && !FOREIGN.test(name);
  const nearest = (name: string) => known.map((one) => ({ one, away: distance(name, one) })).sort(byDistance)[0];
  return [...new Set([...dotEnv, ...environment])].filter(isUnknown).flatMap((name) => {
    const near = nearest(name);
    if (near && near.away <= Math.min(2, (near.one.length - 2) / 3))
      return [`Nothing reads the variable ${name}: is ${near.one} meant?`];
    // Of a service that is declared outside this repository's folders.
    if (name.startsWith('ADMIN_PORT_')) return [];
    return dotEnv.includes(name) ? [`Nothing reads the variable ${name} of .env: .env.example has them all.`] : [];
  });
}

const byDistance = (a: { away: number }, b: { away: number }) => a.away - b.away;

/** Levenshtein: how many letters must be changed, added or left out. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...b].entries())
      next.push(
        Math.min((next[column] ?? 0) + 1, (row[column + 1] ?? 0) + 1, (row[column] ?? 0) + Number(letter !== other)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
