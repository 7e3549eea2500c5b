import { expect, it } from 'vitest';
import { type Run, ratiosTo, report } from './report.ts';

const result = (ordersPerSecond: number, cpu: Record<string, number>) => ({
  ordersPerSecond,
  p50: 1.234,
  p99: 90,
  cpu,
});
const run = (round: number, variant: string, warm: number, cpu: Record<string, number> = {}): Run => ({
  round,
  variant,
  measurement: {
    cold: result(warm / 2, cpu),
    warm: result(warm, cpu),
    paced: result(200, { nats: 4_000 }),
  },
});
const load = { orders: 30_000, warmUp: 10_000, window: 512, rate: 200, pacedSeconds: 1 };

it('compares within a round only', () => {
  const runs = [run(1, 'ours', 300), run(1, 'peer', 100), run(2, 'ours', 500), run(2, 'peer', 250), run(3, 'ours', 9)];
  expect(ratiosTo(runs, 'ours', 'peer', 'warm')).toEqual([3, 2]);
});

it('shows median and range of every variant, cold and warm apart', () => {
  const runs = [run(1, 'ours', 300), run(1, 'peer', 100), run(2, 'ours', 500), run(2, 'peer', 250)];
  const [, cold, warm] = report(runs, load, 'peer').split('\n\n');
  expect(cold).toMatch(
    /^Cold: the first 6000 orders.*\n.*\n.*\nours +200 \(150\.\.250\) +2\.50 \(2\.00\.\.3\.00\) +1\.23 \/ 90/,
  );
  expect(warm).toMatch(/^Warm: 30000 orders after 10000.*\n.*\n.*\nours +400 \(300\.\.500\) +2\.50 /);
  expect(warm).toMatch(/^peer +175 \(100\.\.250\) +1\.00 /m);
});

it('leaves the CPU of a process empty where a variant has none, and adds up the rest', () => {
  const runs = [run(1, 'ours', 300, { kitchen: 60, nats: 90 }), run(1, 'peer', 100, { kitchen: 200 })];
  const text = report(runs, load, 'peer');
  expect(text).toMatch(/^ours .* 150 +60 +90$/m);
  expect(text).toMatch(/^peer .* 200 +200$/m);
});

it('shows what an order takes at a fixed rate, too', () => {
  expect(report([run(1, 'ours', 300)], load, 'peer')).toMatch(/^At 200\/s\n.*\n.*\nours .* 4000 +4000$/m);
});
