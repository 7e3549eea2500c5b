import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { files, importsOf, layerOf, read, sources } from '#shared/testing/import-graph.ts';

/** The rules of structure that a reader relies on, checked on every import of every source file. */

const importers = (pattern: RegExp) => sources.filter((file) => importsOf(file).some((name) => pattern.test(name)));
const within =
  (...places: (string | RegExp)[]) =>
  (file: string) =>
    places.some((place) => (typeof place === 'string' ? file.startsWith(place) : place.test(file)));
const outside = (found: string[], ...places: (string | RegExp)[]) => found.filter((file) => !within(...places)(file));

/** Imports that are known to run up, each with its reason; none may be added. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'shared/stack/commands/start.ts -> loadtest/demo/demonstrate.ts':
    'The command at the top hands the demo to the stack that it starts, and nothing imports the command.',
};

describe('the architecture', () => {
  it('reads imports at all', () => {
    expect(importsOf('services/main.ts')).toEqual(['shared/runtime/run-service.ts']);
  });

  it('has layers: no import runs up', () => {
    const upward = sources.flatMap((file) =>
      importsOf(file).flatMap((imported) =>
        layerOf(file) >= 0 && layerOf(imported) > layerOf(file) ? [`${file} -> ${imported}`] : [],
      ),
    );
    expect(upward.filter((line) => !EXCEPTIONS[line])).toEqual([]);
  });

  it('has no circles: no two files reach each other by imports', () => {
    const graph = new Map(sources.map((file) => [file, importsOf(file).filter((name) => sources.includes(name))]));
    expect(circlesIn(graph)).toEqual([]);
  });

  it('keeps services apart: only a pattern or an exercise imports several', () => {
    const found = sources.flatMap((file) => {
      const [, own] = /^services\/(?!patterns\/|exercises\/)([^/]+)\//.exec(file) ?? [];
      return own
        ? importsOf(file).filter((name) => name.startsWith('services/') && !name.startsWith(`services/${own}/`))
        : [];
    });
    expect(found).toEqual([]);
  });

  it('lets shared know no service by an import', () => {
    expect(importers(/^services\//).filter(within('shared/'))).toEqual([]);
  });

  it('lets the faults know what is below them, and not the runtime that injects them', () => {
    const below = /^shared\/(contracts|messaging|store|kernel|faults)\//;
    const found = sources
      .filter(within('shared/faults/'))
      .flatMap((file) => importsOf(file).filter((name) => name.startsWith('shared/') && !below.test(name)));
    expect(sources.filter(within('shared/faults/')).length).toBeGreaterThan(5);
    expect(found).toEqual([]);
  });

  it('has NATS in messaging, and in the store that keeps its state there', () => {
    expect(outside(importers(/^@nats-io\//), 'shared/messaging/', 'shared/store/jetstream/', 'loadtest/')).toEqual([]);
  });

  it.each([
    ['ioredis', /^ioredis$/, 'redis'],
    ['pg', /^pg$/, 'postgres'],
    ['SQLite', /^node:sqlite$/, 'sqlite'],
    ["AWS' SDK", /^@aws-sdk\//, 'dynamodb'],
  ])('has %s in its store only', (_client, name, folder) => {
    expect(importers(name)).not.toEqual([]);
    expect(outside(importers(name), `shared/store/${folder}/`, 'loadtest/')).toEqual([]);
  });

  it('has process.env in settings only', () => {
    const found = sources.filter((file) => file.endsWith('.ts') && /process\.env\b/.test(read(file)));
    expect(
      outside(
        found,
        'shared/runtime/settings.ts',
        'shared/runtime/run-service.ts',
        'shared/telemetry/environment.ts', // OTEL_… only: names that the SDK itself defines and reads
        'shared/stack/',
        'loadtest/',
        'chaos/',
      ),
    ).toEqual([]);
  });

  it('names the flow in the contracts only', () => {
    const found = sources.filter((file) => /com\.pizzaco\.|['"`]PIZZA['"`]/.test(read(file)));
    expect(outside(found, 'shared/contracts/')).toEqual([]);
  });

  it('knows the pizza in contracts and services only: all else takes the flow of the pattern that was chosen', () => {
    const code = (file: string) => read(file).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    const found = sources.filter((file) => /order\.created|kitchen-service|ready-for-preparation/.test(code(file)));
    const ofThePizza = [
      /^chaos\/(experiments|gameday)\//, // inject faults into services by name
      'chaos/simulation/mutants.ts', // mistakes in the rules of certain services
      'loadtest/bench/variants/bullmq-worker.ts', // the same orders on a rival
    ];
    expect(outside(found, 'shared/contracts/', 'services/', ...ofThePizza)).toEqual([]);
    const picks = sources.filter((file) => /^import \{[^}]*pizzaFlow/m.test(read(file)));
    expect(outside(picks, 'services/patterns/', 'services/exercises/')).toEqual([]);
  });

  it('keeps rules pure: they import pure siblings and types, and read no clock and no dice', () => {
    const rules = sources.filter((file) => /^services\/.*\/(state|decide|tally|milestone)\.ts$/.test(file));
    expect(rules.length).toBeGreaterThanOrEqual(10);
    const allowed = /^services\/|^shared\/contracts\/(money|payment)\.ts$|^node:crypto$/;
    for (const file of rules) {
      const values = read(file).replaceAll(/import type [^;]+;/g, '');
      const imported = [...values.matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? '');
      const resolved = imported.map((name) =>
        name.startsWith('.') ? normalize(join(dirname(file), name)) : name.replace(/^#/, ''),
      );
      expect(
        resolved.filter((name) => !allowed.test(name)),
        file,
      ).toEqual([]);
      expect(read(file), file).not.toMatch(/Date\.now|new Date\(\)|Math\.random|randomUUID|process\.|await /);
    }
  });

  it('has state, rules and their test in every service that consumes', () => {
    for (const state of sources.filter((file) => /^services\/[^/]+\/state\.ts$/.test(file)))
      for (const name of ['decide.ts', 'decide.test.ts']) expect(files).toContain(state.replace('state.ts', name));
  });

  it('has no cast around the type checker in a service', () => {
    expect(sources.filter((file) => within('services/')(file) && /as unknown as|as any\b/.test(read(file)))).toEqual(
      [],
    );
  });

  it('has no file that is named for what it is not', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|misc|manager|index)\.[a-z]+$/.test(file))).toEqual([]);
  });

  it('has at most 15 files in a folder, beside tests', () => {
    const counts = new Map<string, number>();
    for (const file of files.filter((name) => !/\.(test|stack|long|contract|compose)\.ts$/.test(name)))
      counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    // One file per experiment, loaded by its path: a reader lists them with `npm run chaos -- list`.
    counts.delete('chaos/experiments');
    expect([...counts].filter(([, count]) => count > 15)).toEqual([]);
  });

  it('keeps payment small beside its state: a service holds no plumbing', () => {
    const lines = sources
      .filter((file) => within('services/payment-service/')(file) && !file.endsWith('/state.ts'))
      .reduce((sum, file) => sum + read(file).trimEnd().split('\n').length, 0);
    expect(lines).toBeLessThanOrEqual(330);
  });
});

/** Each circle once, as its files in the order of their imports. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) circles.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return circles;
}
