import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownTable } from '#shared/report/write-report.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { SIGNS } from './experiment-report.ts';
import type { Report } from './report.ts';

const README = join(import.meta.dirname, '../README.md');
const BEGIN = '<!-- results:start (written by npm run chaos -- results) -->';
const END = '<!-- results:end -->';

/** Writes the table of these reports into the README. @throws StartFailure when a folder holds none */
export async function writeResults(folders: readonly string[]): Promise<void> {
  const reports = (await Promise.all(folders.map(reportsIn))).flat();
  if (reports.length === 0)
    throw new StartFailure(`${folders.join(', ')} holds no report: npm run chaos -- run --all writes them`);
  const readme = await readFile(README, 'utf8');
  const [head, rest = ''] = readme.split(BEGIN);
  const [, tail] = rest.split(END);
  if (tail === undefined) throw new StartFailure(`${README} lacks the line ${BEGIN} or ${END}`);
  await writeFile(README, `${head}${BEGIN}\n\n${resultsTable(reports)}\n\n${END}${tail}`);
  console.log(`${reports.length} reports in chaos/README.md`);
}

async function reportsIn(folder: string): Promise<Report[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
  return Promise.all(files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as Report));
}

/** One row per experiment, from its last report per seed. */
export function resultsTable(reports: readonly Report[]): string {
  const byName = Object.entries(Object.groupBy(latestOf(reports), ({ experiment }) => experiment.name)).sort();
  return [
    markdownTable([
      ['experiment', 'hypothesis', 'verdict', 'orders', 'recovered after', 'what alarmed'],
      ...byName.map(([name, some = []]) => rowOf(name, some)),
    ]),
    provenance(reports),
  ].join('\n\n');
}

/** Of several runs of an experiment with the same seed, the last counts. */
function latestOf(reports: readonly Report[]): Report[] {
  const inOrder = [...reports].sort((a, b) => a.begun.localeCompare(b.begun));
  return [...new Map(inOrder.map((report) => [`${report.experiment.name} ${report.seed}`, report])).values()];
}

function rowOf(name: string, reports: readonly Report[]): string[] {
  const runs = [...reports].sort((a, b) => a.seed - b.seed);
  const seen = runs.flatMap(({ observed }) => observed ?? []);
  const orders = seen.map(({ figures }) => figures.before.orders + figures.during.orders + figures.after.orders);
  const recovered = seen.map(({ recoverySeconds }) =>
    recoverySeconds === undefined ? 'not' : recoverySeconds.toFixed(1),
  );
  const alerts = new Set(seen.flatMap((one) => one.alerts.map(({ alert }) => alert)));
  return [
    `[${name}](experiments/${name}.ts)`,
    runs[0]?.experiment.hypothesis ?? '',
    runs
      .map(({ verdict, seed }) => `${SIGNS[verdict]} ${verdict === 'not run' ? 'not run, ' : ''}seed ${seed}`)
      .join(', '),
    orders.join(' / '),
    recovered.length > 0 ? `${recovered.join(' / ')} s` : '',
    seen.length > 0 ? [...alerts].sort().join(', ') || 'nothing' : '',
  ];
}

function provenance(reports: readonly Report[]): string {
  const days = [...new Set(reports.map(({ begun }) => begun.slice(0, 10)))].sort();
  const machines = [...new Set(reports.map(({ machine }) => machine))].sort();
  const targets = [...new Set(reports.map(({ target }) => target).filter(Boolean))].sort();
  return `Run ${days.join(', ')} on ${targets.join(', ')}, ${machines.join('; ')}. Orders and seconds are given per seed.`;
}
