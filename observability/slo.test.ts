import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import { burnRates, slos } from './slo.ts';

describe('the promises', () => {
  it('can be imported by k6: the file imports nothing', () => {
    expect(readFileSync(join(import.meta.dirname, 'slo.ts'), 'utf8')).not.toMatch(/\bimport\b(?! it|s)/);
  });

  it('have thresholds that are buckets, else nobody could count what is within', () => {
    const { httpSeconds, timeToReady } = metrics;
    expect(httpSeconds.buckets()).toContain(slos.intakeLatency.withinSeconds);
    expect(timeToReady.buckets({ orderTimeoutMs: 30_000 })).toContain(slos.timeToReady.withinSeconds);
  });

  it('can be broken: at every burn rate some share of bad events is beyond it', () => {
    for (const { objective, name } of Object.values(slos))
      for (const { factor } of burnRates) expect(factor * (1 - objective), `${name} at ${factor}`).toBeLessThan(1);
  });
});
