import { contractOf, correlatorOf } from '#shared/contracts/flow.ts';
import { loadPattern, serviceNames } from '#shared/runtime/pattern.ts';
import { DEFAULT_PATTERN, patternNames } from '#shared/runtime/setting-kinds.ts';

/** The pattern that the committed dashboards, rules and scrape jobs are about: the default one. */
export const { flow, ...shown } = await loadPattern(DEFAULT_PATTERN);
export const jobs = serviceNames({ flow, ...shown });
/** Of every pattern: in containers, a name that does not resolve is no target. */
export const everyJob = [
  ...new Set([...jobs, ...(await Promise.all(patternNames().map(loadPattern))).flatMap(serviceNames)]),
];
export const consumers = shown.services.filter(({ reacts }) => Object.keys(reacts(flow)).length > 0);

/** Who starts an order, and who decides on it. */
export const intake = contractOf(flow, flow.start).owner;
export const correlator = correlatorOf(flow);
