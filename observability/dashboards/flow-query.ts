import { contractOf, type Flow } from '#shared/contracts/flow.ts';
import { names } from '../prometheus/promql.ts';

/**
 * Edges of the flow, with events per second. The consumer's metric does not say who published; that follows from the
 * type: the service of its domain, unless the contract table names another owner.
 */
export function flowQuery(flow: Flow): string {
  const taken = `sum by (service, type) (rate(${names.processing}_count[$__rate_interval]))`;
  const byDomain = `label_replace(${taken}, "source", "$1-service", "type", "(.*)\\\\..*")`;
  const byOwner = foreign(flow).reduce(
    (query, [owner, types]) => `label_replace(${query}, "source", "${owner}", "type", "${types.join('|')}")`,
    byDomain,
  );
  const edges = `sum by (source, target) (label_replace(${byOwner}, "target", "$1", "service", "(.*)")) > 0`;
  return `label_join(${edges}, "id", " > ", "source", "target")`;
}

/** Owner -> the types that it publishes in the domain of another. */
function foreign(flow: Flow): [string, string[]][] {
  const byOwner = new Map<string, string[]>();
  for (const type of Object.keys(flow.events)) {
    const { owner } = contractOf(flow, type);
    if (owner === `${type.split('.')[0]}-service`) continue;
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), type]);
  }
  return [...byOwner];
}
