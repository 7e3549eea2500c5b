import type { MetricDefinition } from './metric-definition.ts';
import type { MetricScope } from './metric-labels.ts';
import { metrics } from './metrics.ts';

/** The catalogue as a Markdown table; label values are those of all these services together. */
export function metricsTable(scopes: readonly MetricScope[]): string {
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
const MOST_VALUES = 8;

function describeLabel(label: string, { series }: MetricDefinition, scopes: readonly MetricScope[]): string {
  if (label === 'service' || label === 'type' || label === 'durable') return `\`${label}\``;
  const values = [...new Set(scopes.flatMap((scope) => series(scope) ?? []).map((labels) => labels[label]))];
  if (values.length === 0) return `\`${label}\``;
  if (values.length > MOST_VALUES) return `\`${label}\`: ${values.length} values, such as ${values[0]}`;
  return `\`${label}\`: ${values.join(', ')}`;
}
