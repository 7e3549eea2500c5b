import type { BarChart } from '#shared/report/bar-chart.ts';
import { type Section, writeReport } from '#shared/report/write-report.ts';
import { type Machine, machineText } from '../../bench/machine.ts';
import { type Figure, figuresOf, spreadIn } from '../figures.ts';
import { claimsText, declaredText, type LabVerdict } from '../lab-verdict.ts';
import { type Compared, claimsTable, gapText, tablesOf, zeroText } from './lab-tables.ts';

export interface Lab extends Compared {
  readonly title: string;
  readonly command: string;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
  readonly verdict: LabVerdict;
}

/** Drawn beside the table of their scenario. */
const PICTURES = [
  { scenario: 'declarations', measure: 'foreign-fields', title: 'Fields of other domains in events', unit: 'fields' },
  { scenario: 'saturation', measure: 'orders-per-second', title: 'Throughput at saturation', unit: 'orders/s' },
  { scenario: 'saturation', measure: 'cpu-us-per-order', title: 'CPU time of all processes', unit: 'us per order' },
  { scenario: '200/s', measure: 'p99-ms', title: 'Time to ready at 200 orders/s, p99', unit: 'ms' },
] as const;

/** Writes `report.html`, `report.md` with its pictures, and the figures as `report.json`. Returns the page's path. */
export const writeLabReport = (folder: string, lab: Lab): Promise<string> =>
  writeReport(folder, 'report', sectionsOf(lab), lab);

export function sectionsOf({ title, command, machine, figures, verdict, peer, gaps }: Lab): Section[] {
  const { claims, declared, failures } = verdict;
  const head = [`\`${command}\``, machineText(machine), 'Medians over the rounds (least..most).'];
  return [
    {
      title,
      blocks: [
        ...head,
        ...failures.map((failure) => `**Failed:** ${failure}`),
        ...declaredText(declared),
        ...gaps.map(gapText),
      ],
    },
    ...(claims.length > 0 ? [{ title: claimsText(claims), blocks: [{ table: claimsTable(claims) }] }] : []),
    ...tablesOf(figures, { peer, gaps }).map(({ scenarios, title, table, zero }) => ({
      title,
      blocks: [{ table }, ...zeroText(zero), ...picturesOf(figures, scenarios)],
    })),
  ];
}

function picturesOf(figures: readonly Figure[], wanted: readonly string[]): BarChart[] {
  return PICTURES.filter(({ scenario }) => wanted.includes(scenario)).map(({ scenario, measure, title, unit }) => {
    const subjects = new Set(figuresOf(figures, { scenario, measure }).map(({ subject }) => subject));
    const bars = [...subjects].map((name) => {
      const { median, min, max } = spreadIn(figures, { subject: name, scenario, measure });
      return { name, value: median, range: [min, max] as const };
    });
    return { name: measure, title, unit, bars };
  });
}
