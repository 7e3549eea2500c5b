import { FOREIGN, type KnownMetric } from './known-metrics.ts';
import { namesIn, type Selector } from './promql-names.ts';

/** One sentence for each name in a query that nobody exports. */
export function queryProblems(query: string, known: ReadonlyMap<string, KnownMetric>): string[] {
  const { selectors, labels, made } = namesIn(query);
  const foreign = ({ metric }: Selector) => Object.keys(FOREIGN).some((prefix) => metric.startsWith(prefix));
  const own = selectors.filter((selector) => !foreign(selector));
  const available = new Set([...made, ...own.flatMap(({ metric }) => [...(known.get(metric)?.labels ?? [])])]);
  return [
    ...own.flatMap((selector) => selectorProblems(selector, known.get(selector.metric))),
    ...labels.filter((label) => !available.has(label)).map((label) => `no metric of it has the label ${label}`),
  ];
}

function selectorProblems({ metric, matchers }: Selector, known: KnownMetric | undefined): string[] {
  if (!known) return [`nobody exports ${metric}`];
  return matchers.flatMap(({ label, operator, value }) => {
    if (!known.labels.has(label)) return [`${metric} has no label ${label}`];
    const values = known.values.get(label);
    if (!values || value.includes('$')) return [];
    const wanted = operator === '=~' || operator === '!~' ? value.split('|') : [value];
    return wanted
      .filter((each) => /^[\w.+-]+$/.test(each) && !/[.][+*]/.test(each) && !values.has(each))
      .map((each) => `${metric} has no ${label}="${each}"`);
  });
}
