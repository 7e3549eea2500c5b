import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { dashboards } from './dashboards/dashboards.ts';
import { composeConfig } from './prometheus/compose-config.ts';
import { alertRules } from './prometheus/rules/alerts.ts';
import { ruleFile } from './prometheus/rules/rule.ts';
import { sloRules } from './prometheus/rules/slo-rules.ts';
import { stateRules } from './prometheus/rules/state-rules.ts';

/** Every file that is written from TypeScript: absolute path -> text. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const at = (...path: string[]) => join(import.meta.dirname, ...path);
  return new Map([
    [at('prometheus/prometheus.yml'), composeConfig()],
    [at('prometheus/rules/recording.yml'), ruleFile([...stateRules, ...sloRules])],
    [at('prometheus/rules/alerts.yml'), ruleFile(alertRules)],
    ...dashboards().map((dashboard): [string, string] => [
      at('dashboards', `${dashboard.uid}.json`),
      `${JSON.stringify(dashboard, undefined, 2)}\n`,
    ]),
  ]);
}

/** `npm run dashboards` */
if (import.meta.main)
  for (const [path, text] of generatedFiles()) {
    await writeFile(path, text);
    console.log(relative(process.cwd(), path));
  }
