import { foreignLabels, isForeign, type KnownMetric } from './known-metrics.ts';

/** One sentence for each name in a query that nobody exports. */
export function queryProblems(query: string, known: ReadonlyMap<string, KnownMetric>): string[] {
  const { selectors, labels, made } = namesIn(query);
  const own = selectors.filter(({ metric }) => !isForeign(metric));
  const available = new Set([
    ...made,
    ...own.flatMap(({ metric }) => [...(known.get(metric)?.labels ?? [])]),
    ...(own.length < selectors.length ? foreignLabels : []),
  ]);
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

interface Selector {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

interface QueryNames {
  readonly selectors: readonly Selector[];
  /** Labels that the query groups or joins by. */
  readonly labels: readonly string[];
  /** Labels that it makes by label_replace or label_join. */
  readonly made: readonly string[];
}

const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const KEYWORDS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'by', 'without', 'on', 'ignoring', 'group_left']);

/** Every metric and label in a query. A rough parser: enough for the PromQL of this stack. */
export function namesIn(query: string): QueryNames {
  const selectors: Selector[] = [];
  const withoutSelectors = query.replaceAll(
    /([A-Za-z_:][\w:]*)\s*\{([^}]*)\}/g,
    (_all, metric: string, inside: string) => {
      selectors.push({ metric, matchers: matchersIn(inside) });
      return ' ';
    },
  );
  const made = /\blabel_(replace|join)\s*\(/.test(query)
    ? [...withoutSelectors.matchAll(/"([a-z_]+)"/g)].map(([, label = '']) => label)
    : [];
  const bare = withoutSelectors.replaceAll(/"[^"]*"|\[[^\]]*\]/g, ' ');
  const labels = [...bare.matchAll(GROUPING)].flatMap(([, list = '']) => list.split(',').map((label) => label.trim()));
  const rest = bare.replaceAll(GROUPING, ' ');
  for (const [name, next] of identifiers(rest))
    if (next !== '(' && !KEYWORDS.has(name)) selectors.push({ metric: name, matchers: [] });
  return { selectors, labels: labels.filter((label) => label !== ''), made };
}

/** Each identifier, with the character that follows it. */
const identifiers = (text: string): [string, string][] =>
  [...text.matchAll(/(?<![\w:.$])([A-Za-z_:][\w:]*)(?=\s*(.?))/g)].map(([, name = '', next = '']) => [name, next]);

const matchersIn = (inside: string) =>
  [...inside.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)].map(([, label = '', operator = '', value = '']) => ({
    label,
    operator,
    value,
  }));
