import { writeFile } from 'node:fs/promises';
import type { CompareOptions } from './compare-flows.ts';
import { inTurn } from './in-turn.ts';
import { measure } from './measure.ts';
import { progressText } from './progress-text.ts';
import { type Run, report } from './report.ts';
import { metrics, nothing, traced } from './telemetry-variants.ts';
import { tellMachine } from './tell-machine.ts';

/** POST, five publishes and nine deliveries. */
const LEAST_PER_ORDER = 15;
const ALL = 'metrics + all traces';
const SAMPLED = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' };

/**
 * What being seen costs: orders over HTTP without any instruments, with metrics, with every span exported as well, and
 * with a tenth of the orders traced; each once per round. @throws as `measure` does, and when a span was lost.
 */
export async function compareTelemetry({ load, rounds, json, signal }: CompareOptions): Promise<void> {
  const machine = await tellMachine();
  const orders = load.warmUp + load.orders + load.rate * load.pacedSeconds;
  const spans: { readonly variant: string; readonly received: number; readonly perOrder: number }[] = [];
  const onSpans = (variant: string, received: number, lost: number): void => {
    if (lost > 0) throw new Error(`${variant}: ${lost} of ${received + lost} spans were lost`);
    if (variant === ALL && received < LEAST_PER_ORDER * orders)
      throw new Error(`${variant}: ${received} spans came, of at least ${LEAST_PER_ORDER * orders}`);
    spans.push({ variant, received, perOrder: received / orders });
  };
  const variants = [nothing, metrics, traced(ALL, onSpans), traced('metrics + 10 % traces', onSpans, SAMPLED)];
  const runs: Run[] = [];
  for (let round = 1; round <= rounds; round += 1)
    for (const variant of inTurn(variants, round)) {
      const measurement = await measure(variant, load, signal);
      runs.push({ round, variant: variant.name, measurement });
      const seen = spans.at(-1)?.variant === variant.name ? `; ${spans.at(-1)?.perOrder.toFixed(1)} spans/order` : '';
      console.log(`round ${round}/${rounds}  ${progressText(variant, measurement)}${seen}`);
    }
  console.log(`\n${report(runs, load, nothing.name)}\n\nSpans received by a process that counts them, none lost:`);
  for (const { variant, received, perOrder } of spans)
    console.log(`${variant.padEnd(24)}${String(received).padStart(9)}  ${perOrder.toFixed(1)} per order`);
  if (json) await writeFile(json, `${JSON.stringify({ machine, load, runs, spans }, undefined, 2)}\n`);
}
