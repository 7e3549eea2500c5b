import { expect, test } from 'vitest';
import { causes, describeFindings } from './describe-findings.ts';
import { type Finding, type HopName, hopNames } from './hop.ts';

const findings = (...bad: HopName[]) =>
  hopNames.map(
    (hop): Finding =>
      bad.includes(hop)
        ? { hop, state: 'broken', says: `${hop} is away.`, remedy: `start ${hop}` }
        : { hop, state: 'ok', says: 'fine.' },
  );
const causesOf = (...bad: HopName[]) => causes(findings(...bad)).map(({ hop }) => hop);

test('what a broken hop starves is no cause of its own', () => {
  expect(causesOf('scrape', 'rules', 'orders', 'grafana')).toEqual(['scrape']);
  expect(causesOf('services', 'scrape', 'orders')).toEqual(['services']);
  expect(causesOf('collector', 'traces', 'logs')).toEqual(['collector']);
});

test('what is broken by itself is told beside it', () => {
  expect(causesOf('scrape', 'orders', 'logs')).toEqual(['scrape', 'logs']);
  expect(causesOf('rules')).toEqual(['rules']);
});

test('the text has a line per hop, and a remedy for the causes only', () => {
  const text = describeFindings(findings('scrape', 'orders')).join('\n');
  for (const hop of hopNames) expect(text).toContain(hop);
  expect(text).toContain('start scrape');
  expect(text).not.toContain('start orders');
  expect(describeFindings(findings()).join('\n')).toContain('Every hop works');
});
