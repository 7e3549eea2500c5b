import { describe, expect, it } from 'vitest';
import { lineChart, type Series } from './line-chart.ts';

const chart = (points: Series['points'], name = 'p99') =>
  lineChart({ name: 'how-long', title: 'How long', unit: 'ms', series: [{ name, colour: '#d0342c', points }] });
const path = (svg: string) => /<path d="([^"]*)"/.exec(svg)?.[1];

describe('a picture of lines', () => {
  it('begins at zero and has round numbers beside its lines', () => {
    const svg = chart([
      [0, 0],
      [10, 93],
    ]);
    for (const tick of ['>0<', '>20<', '>100<', '>10 s<']) expect(svg).toContain(tick);
    expect(svg).not.toContain('>120<');
    expect(path(svg)).toMatch(/^M64 236L844 \d+/);
  });

  it('has a gap where there is no value, and a dot for a value between two gaps', () => {
    const svg = chart([
      [0, 1],
      [1, Number.NaN],
      [2, 3],
      [3, Number.NaN],
      [4, 2],
      [5, 2],
    ]);
    expect(path(svg)?.match(/M/g)).toHaveLength(3);
    expect(svg.match(/<circle /g)).toHaveLength(2);
  });

  it('shows an empty frame of nothing', () => {
    expect(chart([])).toMatch(/^<svg [\s\S]*<\/svg>$/);
    expect(chart([])).not.toContain('NaN');
  });

  it('counts long runs in minutes', () => {
    expect(
      chart([
        [0, 1],
        [600, 1],
      ]),
    ).toContain('>10:00<');
  });

  it('needs nothing from outside, and takes no mark-up from a name', () => {
    const svg = chart([[0, 1]], '<script>"&');
    expect(svg).toContain('&lt;script&gt;&quot;&amp;');
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|href|<script/);
  });
});
