import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { MetricDefinition } from './metric-definition.ts';
import type { MetricScope } from './metric-labels.ts';
import { metrics } from './metrics.ts';

const readme = new URL('../../../observability/README.md', import.meta.url);

it('observability/README.md has the table of metrics as the catalogue defines them (UPDATE=1 writes it)', async () => {
  const services = choreography.services;
  const table = metricsTable(
    services.map(({ name, reacts }) => ({
      flow: pizzaFlow,
      service: name,
      reacts: Object.keys(reacts(pizzaFlow)),
      orderTimeoutMs: 1_800_000,
    })),
  );
  const text = readFileSync(readme, 'utf8');
  const written = text.replace(
    /(<!-- metrics:start[^>]*-->\n)[\s\S]*?(<!-- metrics:end -->)/,
    () =>
      `<!-- metrics:start: written by UPDATE=1 npx vitest run shared/telemetry/metrics/metrics-table.test.ts -->\n\n${table}\n\n<!-- metrics:end -->`,
  );
  if (process.env.UPDATE) writeFileSync(readme, written);
  expect(readFileSync(readme, 'utf8')).toBe(written);
});

/** The catalogue as a Markdown table; label values are those of all these services together. */
function metricsTable(scopes: readonly MetricScope[]): string {
  const rows = Object.values<MetricDefinition>(metrics).map((definition) =>
    [
      `\`${definition.name}\``,
      `${definition.type}, ${definition.unit}`,
      definition.labels.map((label) => describeLabel(label, definition, scopes)).join('; '),
      `${definition.kept}; ${definition.by}`,
      definition.meaning,
    ].join(' | '),
  );
  return ['| metric | type, unit | labels | kept; exported by | meaning |', '|---|---|---|---|---|']
    .concat(rows.map((row) => `| ${row} |`))
    .join('\n');
}

/** Beyond this many values their number says more. */
const MAX_VALUES = 8;

function describeLabel(label: string, { series }: MetricDefinition, scopes: readonly MetricScope[]): string {
  if (label === 'service' || label === 'type' || label === 'durable') return `\`${label}\``;
  const values = [...new Set(scopes.flatMap((scope) => series(scope) ?? []).map((labels) => labels[label]))];
  if (values.length === 0) return `\`${label}\``;
  if (values.length > MAX_VALUES) return `\`${label}\`: ${values.length} values, such as ${values[0]}`;
  return `\`${label}\`: ${values.join(', ')}`;
}
