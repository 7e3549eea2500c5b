import { round } from '../engine/checks.ts';
import type { Figures } from '../engine/figures.ts';
import { type Phase, probes } from '../experiment.ts';
import type { Observed, Report } from './report.ts';
import { tableOf } from './table.ts';

const SIGNS = { passed: '✅ passed', failed: '❌ failed', 'not run': '⏸ not run' } as const;

/** The report as one hands it to a colleague. `picture`: the file beside it. */
export function markdownOf(report: Report, picture: string | undefined): string {
  const { experiment, verdict, reason, checks, observed } = report;
  const { name, hypothesis, teaches, look } = experiment;
  return [
    `# ${name}: ${SIGNS[verdict]}`,
    `> ${hypothesis}`,
    verdictSentence(report),
    ...(reason ? [`**Why:** ${reason}`] : []),
    ...(picture ? [`![Orders per second, waiting orders and alerts over time](${picture})`] : []),
    ...(observed ? ['## What the customers felt', figuresTable(observed), recovery(observed)] : []),
    ...(checks.length > 0 ? ['## What had to hold', checksTable(report)] : []),
    ...(observed ? ['## What was injected', injectedList(report), '## Alerts', alertsTable(observed)] : []),
    '## What it teaches',
    teaches,
    `Look at it in Grafana: dashboard \`${look.dashboard}\`, panel **${look.panel}**.`,
    '## Timeline',
    timelineTable(report),
    `Run it again: \`npm run chaos -- run ${name} --seed ${report.seed}\``,
    `Begun ${report.begun}, took ${report.seconds} s, on ${report.target || 'no stack'} (${report.machine}).`,
    '',
  ].join('\n\n');
}

function verdictSentence({ verdict, checks }: Report): string {
  const failed = checks.filter(({ passed }) => !passed);
  if (verdict === 'not run') return 'The experiment was **not run**: nothing is known about the hypothesis.';
  if (verdict === 'passed') return `The hypothesis **held**: all ${checks.length} checks passed.`;
  return `The hypothesis is **refuted**: ${failed.length} of ${checks.length} checks failed, namely ${failed.map(({ name }) => `*${name}*`).join(', ')}.`;
}

const ROWS: readonly [string, (figures: Figures) => string][] = [
  ['orders', ({ orders }) => String(orders)],
  ['orders per second', ({ perSecond }) => String(round(perSecond))],
  [probes.acceptedAtOnce, ({ acceptedAtOnce }) => percent(acceptedAtOnce)],
  ['95 % of the answers within, ms', ({ answerMs }) => String(Math.round(answerMs))],
  [probes.ready, ({ ready }) => percent(ready)],
  [probes.cancelled, ({ cancelled }) => percent(cancelled)],
  [probes.timeout, ({ timeout }) => percent(timeout)],
  [probes.readySeconds, ({ readySeconds }) => String(round(readySeconds))],
];
const PHASES: readonly Phase[] = ['before', 'during', 'after'];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const figuresTable = ({ figures }: Observed): string =>
  tableOf(
    ['orders placed…', ...PHASES],
    ROWS.map(([name, read]) => [name, ...PHASES.map((phase) => read(figures[phase]))]),
  );

const recovery = ({ recoverySeconds }: Observed): string =>
  recoverySeconds === undefined
    ? 'The steady state did **not** return in time.'
    : `**Recovery time: ${recoverySeconds.toFixed(1)} s** from the rollback to the steady state.`;

const checksTable = ({ checks }: Report): string =>
  tableOf(
    ['', 'check', 'found'],
    checks.map(({ name, passed, detail }) => [passed ? '✅' : '❌', name, detail]),
  );

function injectedList({ injected, timeline }: Report): string {
  const done = timeline.filter(({ kind }) => kind === 'fault').map(({ text }) => `- ${text}`);
  const counted = Object.entries(injected).map(([what, count]) => [what, String(count)]);
  if (counted.length === 0) return done.join('\n');
  return [
    done.join('\n'),
    'Counted by the services (`pizza_chaos_injected_total`):',
    tableOf(['fault and event', 'times'], counted),
  ].join('\n\n');
}

function alertsTable({ alerts, spans }: Observed): string {
  if (alerts.length === 0) return 'None fired.';
  const since = (at: number) => `${((at - spans.during.from) / 1_000).toFixed(0)} s`;
  return tableOf(
    ['alert', 'labels', 'fired after', 'cleared after'],
    alerts.map(({ alert, labels, from, to }) => [
      alert,
      Object.entries(labels)
        .map(([name, value]) => `${name}=${value}`)
        .join(', '),
      since(from),
      to === undefined ? 'fires still' : since(to),
    ]),
  ).concat('\n\nCounted from the first injection. An SLO’s alert clears only when its whole window is well again.');
}

const timelineTable = ({ timeline, begun }: Report): string =>
  tableOf(
    ['s', 'what'],
    timeline.map(({ at, kind, text }) => [((at - Date.parse(begun)) / 1_000).toFixed(1), `${kind}: ${text}`]),
  );
