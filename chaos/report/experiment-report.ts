import { type Chart, palette } from '#shared/report/line-chart.ts';
import { type Section, writeReport } from '#shared/report/write-report.ts';
import type { Check } from '../engine/checks.ts';
import { type Figures, round, type Second } from '../engine/figures.ts';
import { type Phase, probes } from '../experiment.ts';
import type { Observed, Report } from './report.ts';

export const SIGNS = { passed: '✅', failed: '❌', 'not run': '⏸' } as const;

/** Writes `<name>-seed-<seed>` as page, Markdown and JSON with its pictures; returns the path of the page. */
export const writeExperimentReport = (folder: string, report: Report): Promise<string> =>
  writeReport(folder, `${report.experiment.name}-seed-${report.seed}`, sectionsOf(report), report);

export function sectionsOf(report: Report): Section[] {
  const { experiment, verdict, reason, checks, observed, seed, begun, timeline } = report;
  const { name, hypothesis, teaches, look } = experiment;
  const summary = [hypothesis, verdictSentence(report), ...(reason ? [`**Why:** ${reason}`] : [])];
  const secondsSince = (at: number) => ((at - Date.parse(begun)) / 1_000).toFixed(1);
  return [
    { title: `${name}: ${SIGNS[verdict]} ${verdict}`, blocks: [...summary, ...(observed ? chartsOf(observed) : [])] },
    ...(observed ? [{ title: 'What the customers felt', blocks: [figuresTable(observed), recovery(observed)] }] : []),
    { title: 'What had to hold', blocks: [{ table: [['', 'check', 'found'], ...checks.map(checkRow)] }] },
    ...(observed ? [injection(report), alerts(observed)] : []),
    {
      title: 'What it teaches',
      blocks: [teaches, `Look at it in Grafana: dashboard \`${look.dashboard}\`, panel **${look.panel}**.`],
    },
    {
      title: 'Timeline',
      blocks: [
        { table: [['s', 'what'], ...timeline.map(({ at, kind, text }) => [secondsSince(at), `${kind}: ${text}`])] },
        `Run it again: \`npm run chaos -- run ${name} --seed ${seed}\``,
        `Started ${begun}, took ${report.seconds} s, on ${report.target || 'no stack'} (${report.machine}).`,
      ],
    },
  ];
}

function verdictSentence({ verdict, checks }: Report): string {
  const failed = checks.filter(({ passed }) => !passed);
  if (verdict === 'not run') return 'The experiment was **not run**: nothing is known about the hypothesis.';
  if (verdict === 'passed') return `The hypothesis **held**: all ${checks.length} checks passed.`;
  const names = failed.map(({ name }) => `**${name}**`).join(', ');
  return `The hypothesis is **refuted**: ${failed.length} of ${checks.length} checks failed, namely ${names}.`;
}

/** Orders per second and orders waiting, in seconds from the first injection; the fault and the alerts are shaded. */
function chartsOf({ series, spans, alerts: fired }: Observed): Chart[] {
  const end = series.at(-1)?.at ?? spans.during.to;
  const since = (at: number) => (at - spans.during.from) / 1_000;
  const line = (key: keyof Second, colour: string, name: string = key) => ({
    name,
    colour,
    points: series.map((second) => [since(second.at), second[key]] as const),
  });
  const lasted = [{ alert: 'injected', ...spans.during }, ...fired];
  const shaded = lasted.map(({ alert, from, to = end }) => ({ name: alert, from: since(from), to: since(to) }));
  const outcomes = [
    line('placed', palette.placed),
    line('ready', palette.ready),
    line('cancelled', palette.cancelled),
    line('timeout', palette.timeout, 'timed out'),
    line('refused', palette.lost, 'not accepted'),
  ];
  const waiting = [line('waiting', palette.cancelled)];
  return [
    { name: 'orders', title: 'Orders', unit: 'orders/s', spans: shaded, series: outcomes },
    { name: 'waiting', title: 'Orders waiting', unit: 'orders', spans: shaded, series: waiting },
  ];
}

const checkRow = ({ name, passed, detail }: Check) => [SIGNS[passed ? 'passed' : 'failed'], name, detail];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
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

const figuresTable = ({ figures }: Observed) => ({
  table: [
    ['orders placed…', ...PHASES],
    ...ROWS.map(([name, read]) => [name, ...PHASES.map((phase) => read(figures[phase]))]),
  ],
});

const recovery = ({ recoverySeconds }: Observed): string =>
  recoverySeconds === undefined
    ? 'The steady state did **not** return in time.'
    : `**Recovery time: ${recoverySeconds.toFixed(1)} s** from the rollback to the steady state.`;

function injection({ injected, timeline }: Report): Section {
  const lines = timeline.filter(({ kind }) => kind === 'fault').map(({ text }) => text);
  const counted = Object.entries(injected).map(([what, count]) => [what, String(count)]);
  const table = [['fault and event', 'times'], ...counted];
  const counts = ['Counted by the services (`pizza_chaos_injected_total`):', { table }];
  return { title: 'What was injected', blocks: [{ lines }, ...(counted.length > 0 ? counts : [])] };
}

function alerts({ alerts: fired, spans }: Observed): Section {
  if (fired.length === 0) return { title: 'Alerts', blocks: ['None fired.'] };
  const since = (at: number) => `${((at - spans.during.from) / 1_000).toFixed(0)} s`;
  const rows = fired.map(({ alert, labels, from, to }) => {
    const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    return [alert, pairs.join(', '), since(from), to === undefined ? 'still firing' : since(to)];
  });
  const note = 'Counted from the first injection. An SLO’s alert clears only when its whole window is good again.';
  return { title: 'Alerts', blocks: [{ table: [['alert', 'labels', 'fired after', 'cleared after'], ...rows] }, note] };
}
