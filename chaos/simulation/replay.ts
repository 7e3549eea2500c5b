import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { loadServices } from '#shared/stack/load-services.ts';
import { openUniverse, type RunSpec } from './run-spec.ts';
import { runUniverses } from './run-universes.ts';
import type { Verdict } from './verdict.ts';

export interface Replayed {
  readonly verdict: Verdict;
  /** Order id -> what happened to it, line by line, each with the ms since the run began. */
  readonly traces: ReadonlyMap<string, readonly string[]>;
}

/** Runs one spec again, and keeps what happened. @throws when it ended without a verdict */
export async function replay(spec: RunSpec): Promise<Replayed> {
  const services = await loadServices(pizzaFlow);
  const traces = new Map<string, string[]>();
  const trace = (atMs: number, orderId: string | undefined, line: string) => {
    const told = `${(atMs / 1_000).toFixed(3).padStart(8)} s  ${line}`;
    const lines = traces.get(orderId ?? '');
    if (lines) lines.push(told);
    else traces.set(orderId ?? '', [told]);
  };
  const verdicts: Verdict[] = [];
  await runUniverses([openUniverse(spec, services, { trace })].values(), (verdict) => verdicts.push(verdict));
  const [verdict] = verdicts;
  if (!verdict) throw new Error(`the run of seed ${spec.seed} came to no verdict`);
  return { verdict, traces };
}
