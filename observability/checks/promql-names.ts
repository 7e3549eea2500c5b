export interface Selector {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

/** What a query speaks of. */
export interface QueryNames {
  readonly selectors: readonly Selector[];
  /** Labels that it groups or joins by. */
  readonly labels: readonly string[];
  /** Labels that it makes itself. */
  readonly made: readonly string[];
}

const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const KEYWORDS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'by', 'without', 'on', 'ignoring', 'group_left']);

/** A rough reading of PromQL: enough to find every metric and label in the queries of this stack. */
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
