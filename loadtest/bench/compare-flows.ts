import { writeFile } from 'node:fs/promises';
import { bullmqFlows } from './bullmq-variant.ts';
import { direct, overHttp, serial } from './choreography-variants.ts';
import { inTurn } from './in-turn.ts';
import { type Load, type Measurement, measure } from './measure.ts';
import { type Run, report } from './report.ts';
import { tellMachine } from './tell-machine.ts';
import type { Variant } from './variant.ts';

export interface CompareOptions {
  readonly load: Load;
  readonly rounds: number;
  /** File for the raw results. */
  readonly json?: string | undefined;
  readonly signal: AbortSignal;
}

const variants: readonly Variant[] = [direct, bullmqFlows, overHttp, serial];

/** Runs all variants once per round, each from a fresh start, and prints what came of it. @throws as `measure` does. */
export async function compareFlows({ load, rounds, json, signal }: CompareOptions): Promise<void> {
  const machine = await tellMachine();
  const runs: Run[] = [];
  for (let round = 1; round <= rounds; round += 1)
    for (const variant of inTurn(variants, round)) {
      const measurement = await measure(variant, load, signal);
      runs.push({ round, variant: variant.name, measurement });
      console.log(`round ${round}/${rounds}  ${progress(variant, measurement)}`);
    }
  console.log(`\n${report(runs, load, bullmqFlows.name)}`);
  if (json) await writeFile(json, `${JSON.stringify({ machine, load, runs }, undefined, 2)}\n`);
}

const progress = ({ name }: Variant, { ordersPerSecond, paced }: Measurement): string =>
  `${name.padEnd(24)}${ordersPerSecond.toFixed(0).padStart(6)} orders/s, every order ready once, paced p50 ${paced.p50.toFixed(2)} ms`;
