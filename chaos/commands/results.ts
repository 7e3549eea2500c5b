import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import type { Report } from '../report/report.ts';
import { resultsTable } from '../report/results-table.ts';

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
