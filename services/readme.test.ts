import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { emittedBy } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';

const readme = new URL('README.md', import.meta.url);
const { services } = choreography;

const code = (types: readonly string[]) => types.map((type) => `\`${type}\``).join(', ') || '–';

function table(): string {
  const rows = services.flatMap(({ name, reacts }) =>
    Object.entries(reacts(pizzaFlow)).map(([type, causes]) => `| ${name} | \`${type}\` | ${code(causes)} |`),
  );
  return ['| service | reacts to | and may publish then |', '|---|---|---|', ...rows].join('\n');
}

/** What each service may do at the servers beyond that, in words: the words follow from the same declarations. */
function rightsTable(): string {
  const rows = services.map(({ name, stores = [], followsStream }) => {
    const more = followsStream ? 'follow the stream by consumers that nobody else has' : '–';
    return `| ${name} | ${code(emittedBy(pizzaFlow, name))} | ${code([name, ...stores].map((prefix) => `${prefix}:*`))} | ${more} |`;
  });
  return ['| user | publishes | Redis keys | besides |', '|---|---|---|---|', ...rows].join('\n');
}

describe('services/README.md', () => {
  it('has the tables of what every service reacts to, emits and may do, as declared', () => {
    const text = readFileSync(readme, 'utf8');
    const written = text
      .replace(/(<!-- reacts:start[^>]*-->\n)[\s\S]*?(<!-- reacts:end -->)/, `$1\n${table()}\n\n$2`)
      .replace(/(<!-- rights:start[^>]*-->\n)[\s\S]*?(<!-- rights:end -->)/, `$1\n${rightsTable()}\n\n$2`);
    if (process.env.UPDATE) writeFileSync(readme, written);
    expect(readFileSync(readme, 'utf8')).toBe(written);
  });
});

describe('the table of reacts and emits', () => {
  it('lets a service publish only what it owns', () => {
    for (const { name, reacts } of services)
      for (const causes of Object.values(reacts(pizzaFlow)))
        for (const type of causes) expect(emittedBy(pizzaFlow, name), `${name} publishes ${type}`).toContain(type);
  });

  it('reacts only to types that somebody publishes, never to its own', () => {
    for (const { name, reacts } of services)
      for (const type of Object.keys(reacts(pizzaFlow)))
        expect(pizzaFlow.events[type]?.owner, `${name} reacts to ${type}`).not.toBe(name);
  });

  it('declares every event type as caused by some event, but the one that starts an order', () => {
    const caused = new Set(services.flatMap(({ reacts }) => Object.values(reacts(pizzaFlow)).flat()));
    expect(Object.keys(pizzaFlow.events).filter((type) => !caused.has(type))).toEqual([pizzaFlow.start]);
  });

  it('has no cycle: no event can cause itself again, over however many services', () => {
    const causes = new Map<string, string[]>();
    for (const { reacts } of services)
      for (const [type, then] of Object.entries(reacts(pizzaFlow)))
        causes.set(type, [...(causes.get(type) ?? []), ...then]);
    const walk = (type: string, path: string[]): void => {
      expect(path, 'a chain of events that comes back to itself').not.toContain(type);
      for (const next of causes.get(type) ?? []) walk(next, [...path, type]);
    };
    for (const type of causes.keys()) walk(type, []);
  });
});
