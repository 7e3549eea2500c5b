import { contractOf } from '#shared/contracts/flow.ts';
import { names } from '../prometheus/promql.ts';
import { flow } from '../shown-pattern.ts';

const ownerOf = (type: string) => contractOf(flow, type).owner;
/** Owner -> the types that it publishes in the domain of another service. */
const foreign = Object.groupBy(
  Object.keys(flow.events).filter((type) => ownerOf(type) !== `${type.split('.')[0]}-service`),
  ownerOf,
);

/**
 * Edges of the flow, with events per second. The consumer's metric does not say who published; that follows from the
 * type: the service of its domain, unless the contract table names another owner.
 */
export function flowQuery(): string {
  const taken = `sum by (service, type) (rate(${names.processing}_count[$__rate_interval]))`;
  const byDomain = `label_replace(${taken}, "source", "$1-service", "type", "(.*)\\\\..*")`;
  const byOwner = Object.entries(foreign).reduce(
    (query, [owner, types = []]) => `label_replace(${query}, "source", "${owner}", "type", "${types.join('|')}")`,
    byDomain,
  );
  const edges = `sum by (source, target) (label_replace(${byOwner}, "target", "$1", "service", "(.*)")) > 0`;
  return `label_join(${edges}, "id", " > ", "source", "target")`;
}
