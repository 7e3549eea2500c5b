import { readFile, writeFile } from 'node:fs/promises';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import type { Verdict } from './recording.ts';
import { type RunSpec, Universe } from './universe.ts';

export const ORDERS_PER_RUN = 200;
/** Universes that take turns: one round of the event loop runs the microtasks of all of them. */
const TOGETHER = 32;

/** Runs universe after universe, some at a time, and hands over each one's verdict. They know nothing of each other. */
export async function runUniverses(
  universes: Iterator<Universe>,
  onVerdict: (verdict: Verdict) => void,
  signal?: AbortSignal,
): Promise<void> {
  const active: Universe[] = [];
  const enter = (): boolean => {
    const { value, done } = universes.next();
    if (!done) active.push(value);
    return !done;
  };
  while (active.length < TOGETHER && enter());
  while (active.length > 0 && !signal?.aborted) {
    for (const universe of active) universe.turn();
    await new Promise((resolve) => setImmediate(resolve));
    for (let at = active.length - 1; at >= 0; at -= 1) {
      const verdict = active[at]?.verdict;
      if (!verdict) continue;
      onVerdict(verdict);
      active.splice(at, 1);
      enter();
    }
  }
}

/**
 * Runs one spec again. `traces`: order id -> what happened to it, line by line, each with the time since the run began.
 * @throws when it ended without a verdict
 */
export async function replay(spec: RunSpec) {
  const traces = new Map<string, string[]>();
  const trace = (atMs: number, orderId = '', line: string) => {
    const lines = traces.get(orderId) ?? [];
    lines.push(`${(atMs / 1_000).toFixed(3).padStart(8)} s  ${line}`);
    traces.set(orderId, lines);
  };
  const verdicts: Verdict[] = [];
  const universe = new Universe({ ...spec, pattern: await loadPattern(readSettings().PATTERN), trace });
  await runUniverses([universe].values(), (verdict) => verdicts.push(verdict));
  const [verdict] = verdicts;
  if (!verdict) throw new Error(`the run of seed ${spec.seed} came to no verdict`);
  return { verdict, traces };
}

/** The command that runs it again and shows what happened to the orders that went wrong. */
export const replayCommand = ({ seed, orders, only, kitchen }: RunSpec): string =>
  [
    `npm run simulate -- --replay ${seed}`,
    ...(orders === ORDERS_PER_RUN ? [] : [`--per-run ${orders}`]),
    ...(only ? [`--only ${only.join(',') || '""'}`] : []),
    ...(kitchen === undefined ? [] : [`--kitchen ${kitchen}`]),
  ].join(' ');

/** A run that once violated an invariant. The tests run it again each time. */
export interface Regression extends RunSpec {
  /** Which invariants it violated. */
  readonly found: string;
}

const file = new URL('./regressions.json', import.meta.url);
/** One cause makes many seeds fail: a few of them are enough. */
const MAX_ADDED = 3;

export const readRegressions = async (): Promise<Regression[]> => JSON.parse(await readFile(file, 'utf8'));

/** Adds the first of these to the list. */
export async function keepRegressions(failed: readonly Regression[]): Promise<void> {
  if (failed.length === 0) return;
  const known = await readRegressions();
  const added = failed
    .filter((run) => !known.some(({ seed, orders }) => seed === run.seed && orders === run.orders))
    .slice(0, MAX_ADDED);
  await writeFile(file, `${JSON.stringify([...known, ...added], null, 2)}\n`);
}
