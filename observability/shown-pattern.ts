import { contractOf, correlatorOf } from '#shared/contracts/flow.ts';
import { loadPattern, type Pattern, serviceNames } from '#shared/runtime/pattern.ts';
import { DEFAULT_PATTERN, patternNames } from '#shared/runtime/setting-kinds.ts';

/** The pattern that the committed dashboards, rules and scrape jobs are about: the default one. */
export const { flow, ...shown } = await loadPattern(DEFAULT_PATTERN);
export const jobs = serviceNames({ flow, ...shown });

/** Every pattern: its services are on the same dashboards once they run. */
export const patterns = await Promise.all(patternNames().map(loadPattern));
/** Per pattern the services that the default one lacks. */
export const extraJobs = patterns.map((pattern) => serviceNames(pattern).filter((name) => !jobs.includes(name)));
/** In containers, a name that does not resolve is no target. */
export const everyJob = [...new Set([...jobs, ...extraJobs.flat()])];

const consumersOf = ({ flow, services }: Pattern) =>
  services.flatMap(({ name, reacts }) => (Object.keys(reacts(flow)).length > 0 ? name : []));
export const consumers = consumersOf({ flow, ...shown });
export const everyConsumer = [...new Set([...consumers, ...patterns.flatMap(consumersOf)])];

/** Who starts an order, and who decides on it; `correlators`: in any pattern, for `=~`. */
export const intake = contractOf(flow, flow.start).owner;
export const correlator = correlatorOf(flow);
export const correlators = [...new Set(patterns.map(({ flow }) => correlatorOf(flow)))].join('|');
