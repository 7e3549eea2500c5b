import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { generatedFiles } from './generated-files.ts';

/** `npm run dashboards`: writes the dashboards' JSON and the rule files beside their sources. */
for (const [path, text] of generatedFiles()) {
  await writeFile(path, text);
  console.log(relative(process.cwd(), path));
}
