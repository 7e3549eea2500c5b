import { expect, it } from 'vitest';
import { type Run, ratiosTo, report } from './report.ts';

const run = (round: number, variant: string, ordersPerSecond: number, saturated = {}, paced = {}): Run => ({
  round,
  variant,
  measurement: {
    ordersPerSecond,
    saturated: { p50: 40, p99: 90 },
    paced: { p50: 1.234, p99: 5 },
    cpu: { saturated, paced },
  },
});
const load = { orders: 1, warmUp: 1, window: 512, rate: 200, pacedSeconds: 1 };

it('compares within a round only', () => {
  const runs = [run(1, 'ours', 300), run(1, 'peer', 100), run(2, 'ours', 500), run(2, 'peer', 250), run(3, 'ours', 9)];
  expect(ratiosTo(runs, 'ours', 'peer')).toEqual([3, 2]);
});

it('shows median and range of every variant', () => {
  const runs = [run(1, 'ours', 300), run(1, 'peer', 100), run(2, 'ours', 500), run(2, 'peer', 250)];
  const text = report(runs, load, 'peer');
  expect(text).toMatch(/^ours +400 \(300\.\.500\) +2\.50 \(2\.00\.\.3\.00\) +40 \/ 90 +1\.23 \/ 5\.00$/m);
  expect(text).toMatch(/^peer +175 \(100\.\.250\) +1\.00 /m);
});

it('leaves the CPU of a process empty where a variant has none, and adds up the rest', () => {
  const runs = [run(1, 'ours', 300, { kitchen: 60, nats: 90 }), run(1, 'peer', 100, { kitchen: 200 })];
  const text = report(runs, load, 'peer');
  expect(text).toMatch(/^ours +60 +90 +150$/m);
  expect(text).toMatch(/^peer +200 +200$/m);
});

it('shows what an order takes at a fixed rate, too', () => {
  const text = report([run(1, 'ours', 300, { nats: 90 }, { nats: 4_000 })], load, 'peer');
  expect(text).toMatch(/at saturation, us by process\n[^\n]*\n[^\n]*\nours +90 +90$/m);
  expect(text).toMatch(/at 200\/s, us by process\n[^\n]*\n[^\n]*\nours +4000 +4000$/m);
});
