import { expect, test } from 'vitest';
import { coloursOf, isDetailed } from './overrides.ts';
import { now } from './target.ts';

interface Override {
  readonly matcher: { readonly options: string };
  readonly properties: readonly [{ readonly value: { readonly mode: string; readonly fixedColor: string } }];
}

/** As Grafana does it: the last override that matches counts. */
function colourIn(legend: string, series: string) {
  const overrides = coloursOf([now('up', legend)]) as readonly Override[];
  const matching = overrides.filter(({ matcher }) => new RegExp(matcher.options.slice(1, -1)).test(series));
  return matching.at(-1)?.properties[0].value;
}

test.each([
  ['{{service}}', 'payment-service'],
  ['{{missing}}', 'payment'],
  ['waited for {{last}}', 'waited for payment'],
  ['{{service}} {{reason}}', 'payment-service fault'],
  ['{{instance}}', 'payment-service 2'],
  ['{{type}}', 'payment.completed'],
  ['{{reason}}', 'payment-failed'],
  ['paid', 'paid'],
])('in a legend of %s, %s has the colour of payment-service', (legend, series) => {
  const payment = colourIn('{{durable}}', 'payment-service');
  expect(payment).toMatchObject({ mode: 'fixed' });
  expect(colourIn(legend, series)?.fixedColor).toBe(payment?.fixedColor);
});

test('services, and outcomes of a delivery, differ in colour', () => {
  const services = ['chef', 'inventory', 'kitchen', 'order', 'payment'].map((domain) => `${domain}-service`);
  const outcomes = ['ok', 'duplicate', 'late', 'conflict', 'rejected', 'retry', 'invalid', 'dead_letter'];
  const colours = [
    ...services.map((name) => colourIn('{{service}}', name)?.fixedColor),
    ...outcomes.map((name) => colourIn('{{outcome}}', name)?.fixedColor),
  ];
  expect(colours).not.toContain(undefined);
  expect(new Set(colours).size).toBe(13);
});

test('an order that waits for several services has the colour of none', () => {
  const one = ['chef', 'inventory', 'payment'].map((name) => colourIn('{{missing}}', name)?.fixedColor);
  expect(one).not.toContain(colourIn('{{missing}}', 'chef+payment')?.fixedColor);
});

test('several series of one service are shades of its colour', () => {
  expect(colourIn('{{service}} p95', 'payment-service p95')).toMatchObject({ mode: 'shades' });
  expect(['{{service}}', 'p95', 'created'].some(isDetailed)).toBe(false);
});

test('a series that is neither has no colour of theirs', () => {
  expect(coloursOf([now('up', '{{route}}')])).toEqual([]);
});
