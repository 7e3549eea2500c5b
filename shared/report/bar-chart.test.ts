import { expect, it } from 'vitest';
import { barChart } from './bar-chart.ts';

const chart = (...bars: Parameters<typeof barChart>[0]['bars'][number][]) =>
  barChart({ name: 'rate', title: 'Orders < & >', unit: 'orders/s', bars });
const widths = (svg: string) => [...svg.matchAll(/width="([\d.]+)" height="22"/g)].map(([, width]) => Number(width));

it('draws bars in proportion, each with its name and value', () => {
  const svg = chart({ name: 'chain', value: 500 }, { name: 'choreography', value: 1000.04 });
  const [short = 0, long = 0] = widths(svg);
  expect(short / long).toBeCloseTo(0.5, 2);
  expect(svg).toMatch(/chain<\/text>.*>500<\/text>/);
  expect(svg).toContain('>1000</text>');
  expect(svg).toContain('Orders &lt; &amp; &gt;');
});

it('leaves room for the range, and shows it', () => {
  const [alone = 0] = widths(chart({ name: 'a', value: 10 }));
  const ranged = chart({ name: 'a', value: 10, range: [5, 20] });
  expect(widths(ranged)[0]).toBeCloseTo(alone / 2, 0);
  expect(ranged).toContain('<path');
});

it('has no bar for what was not measured, and one of no length for nothing and below', () => {
  const svg = chart({ name: 'a', value: Number.NaN }, { name: 'b', value: 0 }, { name: 'c', value: -1 });
  expect(widths(svg)).toEqual([0, 0]);
  expect(svg).not.toContain('NaN');
});
