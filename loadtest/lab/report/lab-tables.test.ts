import { expect, it } from 'vitest';
import type { Figure } from '../figures.ts';
import { type Lab, sectionsOf } from './lab-report.ts';
import { gapText, tablesOf } from './lab-tables.ts';

const figures: Figure[] = [1, 2, 3].flatMap((round) => [
  { subject: 'choreography', scenario: 'saturation', measure: 'orders-per-second', round, value: 1_000 * round },
  { subject: 'chain', scenario: 'saturation', measure: 'orders-per-second', round, value: 500 * round + 100 },
  { subject: 'chain', scenario: '50/s', measure: 'p99-ms', round, value: 8.125 },
  { subject: 'chain', scenario: '100/s', measure: 'p99-ms', round, value: 12.5 },
]);

const compared = { peer: 'choreography', gaps: [] };

it('show medians with their range, and ratios within a round', () => {
  expect(tablesOf(figures, compared)).toEqual([
    {
      title: 'Healthy: as many orders as it can take',
      scenarios: ['saturation'],
      table: [
        ['', 'choreography', 'chain'],
        ['orders/s', '2000 (1000..3000)', '1100 (600..1600)'],
        ['  times choreography', '1', '0.55 (0.53..0.6)'],
      ],
      zero: [],
    },
    {
      title: 'Healthy: time to ready at a given rate',
      scenarios: ['50/s', '100/s'],
      table: [
        ['', 'chain'],
        ['p99 ms at 50/s', '8.13'],
        ['p99 ms at 100/s', '13'],
      ],
      zero: [],
    },
  ]);
});

it('leave what was not measured empty, and compare with nobody where the peer is absent', () => {
  const alone = figures.filter(({ subject }) => subject === 'chain');
  const [{ table } = { table: [] }] = tablesOf(
    [...alone, { subject: 'aggregator', scenario: 'saturation', measure: 'cpu-us-receipt', round: 1, value: 12 }],
    compared,
  );
  expect(table).toEqual([
    ['', 'chain', 'aggregator'],
    ['orders/s', '1100 (600..1600)', '–'],
    ['  of them receipt', '–', '12'],
  ]);
});

it('name a row of nothing but zeros once, and show one that is 0 for some', () => {
  const struck = (subject: string, measure: string, value: number): Figure => {
    return { subject, scenario: 'chef-outage', measure, round: 1, value };
  };
  const rows = [struck('chain', 'lost', 0), struck('aggregator', 'lost', 0), struck('chain', 'doubled', 0)];
  const [{ table, zero, title } = { table: [], zero: [], title: '' }] = tablesOf(
    [...rows, struck('aggregator', 'doubled', 2)],
    compared,
  );
  expect(title).toBe('Struck: chef-outage');
  expect(table.slice(1)).toEqual([['doubled', '0', '2']]);
  expect(zero).toEqual(['lost']);
});

it('show what does not apply as such, and never as a number', () => {
  const struck = (subject: string, scenario: string): Figure => {
    return { subject, scenario, measure: 'lost', round: 1, value: 1 };
  };
  const gaps = [{ subject: 'sqlite', scenario: 'store-killed', why: 'has no server to kill' }];
  const rows = [struck('sqlite', 'store-wiped'), struck('redis', 'store-wiped'), struck('redis', 'store-killed')];
  expect(tablesOf(rows, { peer: 'redis', gaps }).map(({ table }) => table)).toEqual([
    [
      ['', 'sqlite', 'redis'],
      ['lost', '1', '1'],
    ],
    [
      ['', 'sqlite', 'redis'],
      ['lost', 'not applicable', '1'],
    ],
  ]);
  expect(gaps.map(gapText)).toEqual(['store-killed is not applicable to sqlite: it has no server to kill.']);
});

it('are in the report with pictures, the machine and what failed', () => {
  const machine = { cpu: 'a CPU', cores: 2, memoryGiB: 8, versions: { node: '24' } };
  const verdict = { claims: [], declared: [], failures: ['healthy: aggregator: lost'] };
  const lab: Lab = {
    ...compared,
    title: 'The patterns side by side',
    command: 'npm run lab -- patterns',
    machine,
    figures,
    verdict,
  };
  const sections = sectionsOf(lab);
  const blocks = sections.flatMap((section) => section.blocks);
  expect(blocks).toContain('`npm run lab -- patterns`');
  expect(blocks.join()).toContain('a CPU, 2 cores');
  expect(blocks).toContain('**Failed:** healthy: aggregator: lost');
  expect(blocks).toContainEqual({
    name: 'orders-per-second',
    title: 'Throughput at saturation',
    unit: 'orders/s',
    bars: [
      { name: 'choreography', value: 2_000, range: [1_000, 3_000] },
      { name: 'chain', value: 1_100, range: [600, 1_600] },
    ],
  });
});
