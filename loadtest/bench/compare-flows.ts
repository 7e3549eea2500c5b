import { writeFile } from 'node:fs/promises';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { bullmqFlows } from './bullmq-variant.ts';
import { direct, overHttp, serial } from './choreography-variants.ts';
import { inTurn } from './in-turn.ts';
import { type Load, measure } from './measure.ts';
import { progressText } from './progress-text.ts';
import { type Run, report } from './report.ts';
import { tellMachine } from './tell-machine.ts';
import type { Variant } from './variant.ts';

export interface CompareOptions {
  readonly load: Load;
  readonly rounds: number;
  /** Only variants whose name contains one of these. Default: all. */
  readonly only?: readonly string[] | undefined;
  /** File for the raw results. */
  readonly json?: string | undefined;
  readonly signal: AbortSignal;
}

const variants: readonly Variant[] = [direct, bullmqFlows, overHttp, serial];

/** Runs all variants once per round, each from a fresh start, and prints what came of it. @throws as `measure` does. */
export async function compareFlows({ load, rounds, only = [''], json, signal }: CompareOptions): Promise<void> {
  const chosen = variants.filter(({ name }) => only.some((part) => name.includes(part)));
  if (chosen.length === 0) throw new StartFailure(`no variant's name contains ${only.join(' or ')}`);
  const machine = await tellMachine();
  const runs: Run[] = [];
  for (let round = 1; round <= rounds; round += 1)
    for (const variant of inTurn(chosen, round)) {
      const measurement = await measure(variant, load, signal);
      runs.push({ round, variant: variant.name, measurement });
      console.log(`round ${round}/${rounds}  ${progressText(variant, measurement)}`);
    }
  console.log(`\n${report(runs, load, bullmqFlows.name)}`);
  if (json) await writeFile(json, `${JSON.stringify({ machine, load, runs }, undefined, 2)}\n`);
}
