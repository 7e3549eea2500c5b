import { expect, it } from 'vitest';
import { table } from './table.ts';

it('aligns names to the left and figures to the right', () => {
  expect(
    table(
      ['variant', 'orders/s'],
      [
        ['direct', '6187'],
        ['over HTTP', '12'],
      ],
    ),
  ).toBe(['variant    orders/s', '---------  --------', 'direct         6187', 'over HTTP        12'].join('\n'));
});

it('leaves a missing cell empty', () => {
  expect(table(['a', 'b'], [['x']])).toBe(['a  b', '-  -', 'x'].join('\n'));
});
