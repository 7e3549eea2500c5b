import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Step {
  /** URL of the file. */
  readonly file: string;
  /** `Store.commit`: the call of a port by which the order gets here, where no file above imports this one. */
  readonly through: string | undefined;
}

const MAX_FILES = 25;
const readme = new URL('README.md', import.meta.url);
const shared = new URL('../shared/', import.meta.url);

/** The numbered list between the comments `way:start` and `way:end`. */
function listIn(text: string): Step[] {
  const [, list = ''] = text.match(/<!-- way:start -->([\s\S]*?)<!-- way:end -->/) ?? [];
  return [...list.matchAll(/^\d+\. \[[^\]]+\]\(([^)]+)\)(.*)$/gm)].map(([, path = '', line = '']) => ({
    file: new URL(path, readme).href,
    through: line.match(/ through `([\w.]+)`/)?.[1],
  }));
}

const textOf = (file: string): string => readFileSync(new URL(file), 'utf8');

/** What a file imports to use it at run time; `import type` and `{ type X }` are not. */
function importsOf(file: string): string[] {
  const imports = [...textOf(file).matchAll(/^import (?!type )([^;]*?) from '([^']+)';/gm)];
  const used = imports.filter(([, names = '']) => /(^|[{,])\s*(?!type\s)\w/.test(names));
  return used.map(([, , from = '']) =>
    from.startsWith('#shared/') ? new URL(from.slice('#shared/'.length), shared).href : new URL(from, file).href,
  );
}

/** `commit(`, `commit?.(` or `commit: `: the file calls, or provides, the port's member. */
const has = (file: string, member: string): boolean => new RegExp(`\\b${member}(\\?\\.)?[(:]`).test(textOf(file));

/**
 * Where the list is no way. Each file but the first is imported by one above it; or, where its line names a port's member, it has
 * that member and a file above it calls it.
 */
function problemsOf(steps: readonly Step[]): string[] {
  const missing = steps.filter(({ file }) => !existsSync(new URL(file))).map(({ file }) => `${file} does not exist`);
  if (missing.length > 0) return missing;
  return steps.slice(1).flatMap(({ file, through }, index) => {
    const above = steps.slice(0, index + 1).map((step) => step.file);
    if (above.includes(file)) return [`${file} is listed twice`];
    if (!through) return above.some((one) => importsOf(one).includes(file)) ? [] : [`nothing above imports ${file}`];
    const member = through.split('.').at(-1) ?? '';
    if (!has(file, member)) return [`${file} has no ${through}`];
    // Those that implement the port themselves call nothing.
    const callers = steps.slice(0, index + 1).filter((step) => step.through !== through);
    return callers.some((one) => has(one.file, member)) ? [] : [`nothing above ${file} calls ${through}`];
  });
}

describe('the way of an order', () => {
  const steps = listIn(textOf(readme.href));
  const without = (path: string) => steps.filter(({ file }) => !file.endsWith(path));

  it('is one from the intake to the publish of kitchen.ready, in at most 25 files', () => {
    expect(problemsOf(steps)).toEqual([]);
    expect(steps.length).toBeLessThanOrEqual(MAX_FILES);
    expect(steps[0]?.file).toContain('/order-service/');
    expect(steps.at(-1)?.file).toContain('/own-events.ts');
  });

  it('is none when a file is left out that leads to others', () => {
    expect(problemsOf(without('/reactor.ts'))).toContainEqual(
      expect.stringMatching(/nothing above imports .*advance\.ts/),
    );
    expect(problemsOf(without('/advance.ts'))).toContainEqual(
      expect.stringMatching(/nothing above .*chef-service\/decide\.ts calls Rules\.decide/),
    );
  });

  it('is none in another order', () => {
    expect(problemsOf(steps.toReversed()).length).toBeGreaterThan(steps.length / 2);
    const [first, second, ...others] = steps;
    expect(problemsOf([second, first, ...others] as Step[])).toEqual([expect.stringContaining('intake.ts')]);
  });

  it('is none when a file is gone, comes twice, or does not have the call', () => {
    const [first] = steps as [Step];
    expect(problemsOf([{ ...first, file: new URL('gone.ts', readme).href }])).toEqual([
      expect.stringContaining('gone.ts'),
    ]);
    expect(problemsOf([...steps, first])).toEqual([expect.stringContaining('twice')]);
    expect(problemsOf([first, { ...first, file: new URL('cook.ts', first.file).href }])).toHaveLength(1);
    expect(problemsOf(steps.map((step) => (step.through ? { ...step, through: 'Rules.recall' } : step)))[0]).toMatch(
      /has no Rules\.recall/,
    );
  });
});
