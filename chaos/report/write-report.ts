import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownOf } from './markdown.ts';
import { pictureOf } from './picture.ts';
import type { Report } from './report.ts';

/** Writes `<name>-seed-<seed>.json`, `.md` and, when something was observed, `.svg`; returns the path of the `.md`. */
export async function writeReport(folder: string, report: Report): Promise<string> {
  const name = `${report.experiment.name}-seed-${report.seed}`;
  await mkdir(folder, { recursive: true });
  const picture = pictureOf(report);
  if (picture) await writeFile(join(folder, `${name}.svg`), picture);
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
  const file = join(folder, `${name}.md`);
  await writeFile(file, markdownOf(report, picture && `${name}.svg`));
  return file;
}
