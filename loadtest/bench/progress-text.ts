import { slowestText } from './explain-slowest.ts';
import type { Measurement } from './measure.ts';
import type { Variant } from './variant.ts';

/** What came of one run. */
export const progressText = ({ name }: Variant, { cold, warm, paced, slowest }: Measurement): string =>
  `${name.padEnd(24)}cold ${cold.ordersPerSecond.toFixed(0)}, warm ${warm.ordersPerSecond.toFixed(0)} orders/s, every order ready once
    paced: p50 ${paced.p50.toFixed(2)}, p99 ${paced.p99.toFixed(2)} ms; ${slowestText(slowest)}`;
