import { loadPattern } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { type RunSpec, Universe } from './universe.ts';
import type { Verdict } from './verdict.ts';

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

export interface Replayed {
  readonly verdict: Verdict;
  /** Order id -> what happened to it, line by line, each with the time since the run began. */
  readonly traces: ReadonlyMap<string, readonly string[]>;
}

/** Runs one spec again, and keeps what happened. @throws when it ended without a verdict */
export async function replay(spec: RunSpec): Promise<Replayed> {
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
export const replayCommand = ({ seed, orders, only }: RunSpec): string =>
  [
    `npm run simulate -- --replay ${seed}`,
    ...(orders === ORDERS_PER_RUN ? [] : [`--per-run ${orders}`]),
    ...(only ? [`--only ${only.join(',')}`] : []),
  ].join(' ');
