import { LAB_GAUGE, type LabLabels } from '../lab-gauge.ts';
import { labelled } from '../prometheus/promql.ts';
import { dashboard, row } from './board/dashboard.ts';
import { judged } from './board/overrides.ts';
import { bars } from './board/panels.ts';
import { table } from './board/tables.ts';
import { asTable, now } from './board/target.ts';

/** The last push within the time range: a lab pushes once, at its end. */
const last = (by: string, labels: Partial<LabLabels>): string => {
  const matchers = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return `max by (${by}) (last_over_time(${LAB_GAUGE}{${matchers.join(', ')}}[$__range]))`;
};
/** A table without rows shows nothing but its heading. */
const NONE = labelled('vector(0)', {
  pattern: 'none in this time range: npm run lab -- patterns --prometheus http://127.0.0.1:9090',
});

const figure = (title: string, description: string, scenario: string, measure: string) =>
  bars(title, description, now(last('pattern', { scenario, measure }), '{{pattern}}'), {
    noValue: 'no lab',
    height: 7,
  });

const healthy = row(
  'What does each wiring take while nothing fails? The same orders, servers and machine for all.',
  figure(
    'Orders per second',
    'Carried from POST to ready with 512 orders outstanding. More is better; compare the bars, since the absolute rate is your machine’s.',
    'saturation',
    'orders-per-second',
  ),
  figure(
    'CPU time per order, us',
    'Of all services, the servers and the driver, at saturation. Each further hop wakes another process.',
    'saturation',
    'cpu-us-per-order',
  ),
  figure(
    'Time to ready at 200/s, p99, ms',
    'What the slowest of a hundred customers waits. A longer way to ready shows here first.',
    '200/s',
    'p99-ms',
  ),
);

const coupled = row(
  'How much do the services know of each other? Counted in the declarations; no run changes it.',
  figure(
    'Fields of other domains',
    'Data fields in events that their publisher does not own. 0 means that each event tells of its own domain only.',
    'declarations',
    'foreign-fields',
  ),
  figure(
    'Known event types',
    'Event types that the best-informed service consumes or publishes: how much one team has to know.',
    'declarations',
    'known-event-types',
  ),
  figure(
    'Changed by one more field',
    'Contracts that change when the order gets one more field, on average over the fields that it has today.',
    'declarations',
    'changed-by-field',
  ),
);

const columns = [
  'lost',
  'doubled',
  'wrongly-timed-out',
  'unexplained-money',
  'oversold',
  'peak-backlog',
  'seconds-until-steady',
];
/** The first of them. */
const MUST_BE_ZERO = 5;
const nthValue = (at: number): string => `Value #${String.fromCharCode(65 + at)}`;

const struck = row(
  'What does a fault cost? The same faults, seed and load for each wiring; red should be 0.',
  table(
    { pattern: 'pattern', scenario: 'fault', ...Object.fromEntries(columns.map((name, at) => [nthValue(at), name])) },
    {
      title: 'Struck',
      description:
        'One row per wiring and fault. Lost: accepted, and without an outcome although all is at rest. Doubled: ended, charged or fulfilled twice. Unexplained money: taken, and neither sold nor refunded. Oversold: made although an owner refused its part, which state transfer cannot rule out.',
      targets: columns.map((measure, at) => {
        const figures = last('pattern, scenario', { measure });
        return asTable(at === 0 ? `${figures} or on () ${NONE}` : figures);
      }),
      height: 16,
      overrides: columns.slice(0, MUST_BE_ZERO).map((name) => judged(name, 1)),
    },
  ),
);

/** Five wirings of the same pizza side by side, by the last `npm run lab -- patterns`. */
export const lab = () =>
  dashboard({
    uid: 'lab',
    title: 'Lab',
    description: 'Five wirings of the same pizza: what each takes, costs, knows and loses.',
    from: 'now-24h',
    refresh: '1m',
    rows: [healthy, coupled, struck],
  });
