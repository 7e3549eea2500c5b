import { colours as pc } from '#shared/report/colours.ts';
import { type Finding, type HopName, hopNames } from './hop.ts';

const MARKS = { ok: pc.green('ok    '), broken: pc.red('broken'), absent: pc.dim('–     ') } as const;
const WIDTH = Math.max(...hopNames.map((name) => name.length)) + 2;

/** Hop -> the hops that break with it. */
const FEEDS: Readonly<Partial<Record<HopName, readonly HopName[]>>> = {
  services: ['scrape', 'orders', 'traces', 'logs'],
  scrape: ['rules', 'orders', 'grafana'],
  collector: ['traces', 'logs'],
  traces: ['grafana'],
  logs: ['grafana'],
};

/** The broken hops that no other broken hop explains, first one first. */
export function causes(findings: readonly Finding[]): Finding[] {
  const bad = findings.filter(({ state }) => state === 'broken');
  const explained = new Set(bad.flatMap(({ hop }) => FEEDS[hop] ?? []));
  return bad.filter(({ hop }) => !explained.has(hop));
}

export function describeFindings(findings: readonly Finding[]): string[] {
  const lines = findings.map(({ hop, state, says }) => `  ${MARKS[state]}  ${hop.padEnd(WIDTH)}${says}`);
  const found = causes(findings);
  if (found.length === 0) return [...lines, '', 'Every hop works.'];
  return [...lines, '', ...found.map(({ hop, remedy }) => `${pc.bold(`Mend ${hop} first:`)} ${remedy}.`)];
}
