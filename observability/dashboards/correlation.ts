import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import { slos } from '../slo.ts';
import { dashboard } from './board/dashboard.ts';
import { coloured } from './board/overrides.ts';
import { thresholds, unit } from './board/palette.ts';
import { areas, bars, lines, stat } from './board/panels.ts';
import { increase, keptIncrease, rate, ratio } from './board/promql.ts';
import { runbook } from './board/runbook-links.ts';
import { now, overTime } from './board/target.ts';
import { moneyRow } from './money-row.ts';

const { ordersResolved, processing, compensations } = metrics;
const outcome = (name: string) => `${processing.name}_count{service="kitchen-service", outcome="${name}"}`;
const KINDS = ['duplicate', 'late', 'conflict'] as const;

const told: Readonly<Record<(typeof KINDS)[number], string>> = {
  duplicate:
    'Events that the kitchen had seen before: the broker delivered again, or a producer repeated itself. They change nothing.',
  late: 'Events that came after their order had ended. A late success is undone: see the compensations.',
  conflict:
    'A second, different business id for what was fulfilled already (a double charge). The extra one is undone; find out who produced it.',
};

const answer = { width: 8, height: 3 } as const;

/** Does the join do what it promises? */
export const correlation = () =>
  dashboard({
    uid: 'correlation',
    title: 'Correlation',
    description:
      'Whether each order is decided exactly once: completion, duplicates, late events, compensations, money.',
    rows: [
      {
        title: 'Are orders decided?',
        panels: [
          stat({
            ...answer,
            title: 'Decided in time',
            description:
              'Of the orders that ended in this time range, the share that ended by its events: ready, or cancelled for a reason. The rest timed out.',
            targets: [
              now(
                ratio(keptIncrease(`${ordersResolved.name}{outcome!="timeout"}`), keptIncrease(ordersResolved.name)),
                'decided',
              ),
            ],
            unit: unit.share,
            decimals: 1,
            thresholds: thresholds.moreIsBetter(0.95, slos.ordersDecided.objective),
            noValue: 'no orders',
            links: runbook('SloBurnFast'),
          }),
          ...KINDS.map((kind) =>
            stat({
              ...answer,
              title: { duplicate: 'Duplicates', late: 'Late', conflict: 'Conflicts' }[kind],
              description: told[kind],
              targets: [now(`round(${increase(outcome(kind))})`, kind)],
              noValue: 'unknown',
            }),
          ),
          stat({
            ...answer,
            title: 'Refusals',
            description:
              'Orders that a refusal ended: a declined card, no stock, no chef. Business as usual, no fault; the bars below say which.',
            targets: [now(`round(${keptIncrease(`${ordersResolved.name}{outcome="cancelled"}`)})`, 'refused')],
            noValue: 'unknown',
          }),
          stat({
            ...answer,
            title: 'Compensations',
            description: 'Refunds, stock releases and chef releases that the kitchen asked for in this time range.',
            targets: [now(`round(${keptIncrease(compensations.name)})`, 'asked for')],
            noValue: 'unknown',
          }),
          bars({
            width: 6,
            title: 'Outcomes',
            description:
              'Ready, cancelled and timed out in this time range. Orange is not a customer’s wish but a missing event.',
            targets: [now(`round(${keptIncrease(ordersResolved.name, 'outcome')})`, '{{outcome}}')],
            noValue: '0',
            overrides: coloured('ready', 'cancelled', 'timeout'),
          }),
          bars({
            width: 6,
            title: 'Why cancelled',
            description:
              'By the refusal that ended them. A jump of one of them is a matter for its owner: bank, stock or roster.',
            targets: [
              now(`round(${keptIncrease(`${ordersResolved.name}{outcome="cancelled"}`, 'reason')})`, '{{reason}}'),
            ],
            noValue: '0',
          }),
          bars({
            width: 12,
            title: 'Missing at a timeout',
            description:
              'The events that never came. The requirement that is in all of the long bars names the service to look at.',
            targets: [
              now(`round(${keptIncrease(`${ordersResolved.name}{outcome="timeout"}`, 'missing')})`, '{{missing}}'),
            ],
            noValue: '0',
          }),
        ],
      },
      {
        title: 'What came twice, late or in conflict?',
        panels: [
          areas({
            width: 24,
            title: 'Events at the kitchen by how they ended',
            description:
              'Everything that did not simply count. Duplicates after a restart are normal and fade; retries and dead letters are faults.',
            targets: [
              overTime(
                rate(`${processing.name}_count{service="kitchen-service", outcome!="ok"}`, 'outcome'),
                '{{outcome}}',
              ),
            ],
            unit: unit.perSecond,
            min: 0,
            overrides: coloured('duplicate', 'late', 'conflict', 'rejected', 'retry', 'invalid', 'dead_letter'),
            links: runbook('DeadLetters'),
          }),
          lines({
            width: 24,
            title: 'Compensations by what is undone, and why',
            description:
              'Refunds and releases that the kitchen asked for. They follow cancelled and timed out orders; a late or conflicting success brings single ones.',
            targets: [overTime(keptIncrease(compensations.name, 'kind, reason', '1m'), '{{kind}} ({{reason}})')],
            min: 0,
          }),
        ],
      },
      moneyRow,
    ],
  });
