import { contractOf } from '#shared/contracts/flow.ts';
import { labelled, names } from '../prometheus/promql.ts';
import { state } from '../prometheus/rules/state-rules.ts';
import { correlator, correlators, extraJobs, flow, intake } from '../shown-pattern.ts';

const requirements = flow.requirements.map(({ fulfilled }) => contractOf(flow, fulfilled).owner);
/** A service that only another pattern has -> its place in that pattern's list. */
const extras = new Map(extraJobs.flatMap((names) => names.map((name, index): [string, number] => [name, index])));
/** Time runs from left to right: whom the correlator tells is drawn once more, to its right. */
const AFTER = '-after';
/** Between two services, in pixels; the correlator's and the intake's row lies between two requirements. */
const [RIGHT, DOWN, BETWEEN] = [300, 150, 90];
/** Where a service of another pattern hides no arrow: below the correlator. */
const [BELOW, FURTHER] = [230, 45];
/** In both themes. */
const [GOOD, BAD] = ['#56a64b', '#f2495c'];
const FAILED = 'retry|invalid|dead_letter';

/** Where each service is, and whether it runs: columns id, title, fixedx, fixedy, mainstat, color. Grafana centres 0, 0. */
export function nodesQuery(): string {
  const node = (title: string, column: number, fixedy: number, after = '') =>
    labelled(`${state.expected}{job="${title}"}`, { id: title + after, title, fixedx: (column - 1.5) * RIGHT, fixedy });
  // A name is below its service.
  const top = (-DOWN * (requirements.length - 1)) / 2 - 25;
  const nodes = [
    node(intake, 0, top + BETWEEN),
    ...requirements.map((service, index) => node(service, 1, top + index * DOWN)),
    node(correlator, 2, top + BETWEEN),
    ...[...extras].map(([service, n]) => node(service, 2 + n / 2, top + BETWEEN + BELOW + n * FURTHER)),
    ...requirements.map((service, index) => node(service, 3, top + index * DOWN, AFTER)),
  ].join(' or ');
  const up = labelled(`((${nodes}) and on (job) up == 1)`, { mainstat: 'up', color: GOOD });
  return `${up} or on (id) ${labelled(`(${nodes})`, { mainstat: 'down', color: BAD })}`;
}

/**
 * From whom to whom, with events per second; red where deliveries fail: columns id, source, target, color. The consumer's
 * metric does not say who published; each publisher counts its types, whichever pattern runs.
 */
export function edgesQuery(): string {
  const [all, failing] = [edges('!=""'), edges(`=~"${FAILED}"`)];
  return `${labelled(`(${all} unless on (id) ${failing})`, { color: GOOD })} or on (id) ${labelled(all, { color: BAD })}`;
}

function edges(outcome: string): string {
  const taken = `sum by (service, type) (rate(${names.processing}_count{outcome${outcome}}[$__rate_interval]))`;
  // While the pattern is changed a type has two publishers for a moment.
  const published = `topk by (type) (1, max by (service, type) (last_over_time(${names.eventsPublished}[5m])))`;
  const withSource = `${taken} + on (type) group_left (source) 0 * label_join(${published}, "source", "", "service")`;
  const named = `label_join(label_join(${withSource}, "target", "", "service"), "way", " ", "source", "service")`;
  const unfolded = `label_replace(${named}, "target", "$1${AFTER}", "way", "(?:${correlators}) (${requirements.join('|')})")`;
  // An id with a space draws no arrow.
  return `label_join(sum by (source, target) (${unfolded}) > 0, "id", "_", "source", "target")`;
}
