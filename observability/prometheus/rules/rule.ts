import { stringify } from 'yaml';

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
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

const HEADING = '# Written by npm run dashboards from the .ts files beside it; a test compares.';

export const ruleFile = (groups: readonly RuleGroup[]): string =>
  `${HEADING}\n${stringify({ groups }, { lineWidth: 0, blockQuote: 'literal', aliasDuplicateObjects: false })}`;
