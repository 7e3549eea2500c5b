export interface RecordingRule {
  /** `level:metric:operations`. */
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  /** Default: the server's evaluation interval. */
  readonly interval?: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

/** The text of a rule file. */
export function ruleFile(groups: readonly RuleGroup[]): string {
  const lines = ['# Written by npm run dashboards from the .ts files beside it; a test compares.', 'groups:'];
  for (const { name, interval, rules } of groups) {
    lines.push(`  - name: ${name}`, ...(interval ? [`    interval: ${interval}`] : []), '    rules:');
    for (const rule of rules) lines.push(...ruleLines(rule));
  }
  return `${lines.join('\n')}\n`;
}

function ruleLines({ labels, ...rule }: RecordingRule | AlertingRule): string[] {
  const [first = '', ...rest] = [
    ...('record' in rule ? [`record: ${rule.record}`] : [`alert: ${rule.alert}`]),
    'expr: |-',
    ...rule.expr.split('\n').map((line) => `  ${line}`),
    ...('alert' in rule && rule.for ? [`for: ${rule.for}`] : []),
    ...(labels ? block('labels', labels) : []),
    ...('alert' in rule ? block('annotations', rule.annotations) : []),
  ];
  return [`      - ${first}`, ...rest.map((line) => `        ${line}`)];
}

const block = (name: string, values: Readonly<Record<string, string>>): string[] => [
  `${name}:`,
  ...Object.entries(values).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`),
];
