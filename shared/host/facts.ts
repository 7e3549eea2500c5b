import { isDeepStrictEqual } from 'node:util';
import type { Flow } from '#shared/contracts/flow.ts';
import { Terminal } from '#shared/messaging/faults.ts';
import type { ReceivedEvent } from '#shared/messaging/read-event.ts';
import type { Correlation, Fact } from '#shared/store/correlation-store.ts';

/** An event as a fact: known by its id and, when it is about a business transaction, by that one's id. */
export function factOf({ event, type, contract, storedAt }: ReceivedEvent): Fact {
  const businessId = contract.about && event.data[contract.about];
  return {
    id: event.id,
    ...(businessId !== undefined && { key: `${type}:${businessId}` }),
    type,
    data: event.data,
    occurredAt: Date.parse(event.time),
    storedAt,
    ...(event.traceparent && { traceparent: event.traceparent }),
  };
}

/** One id for two contents is neither a duplicate nor a new event: somebody's ids are broken. */
export function refuseReuse(correlation: Correlation, fact: Fact): void {
  const known = correlation.facts.find(({ id }) => id === fact.id);
  if (known && known !== fact && !(known.type === fact.type && isDeepStrictEqual(known.data, fact.data)))
    throw new Terminal(
      'id-reuse',
      `event id ${fact.id} was used before with another content: give every event an id of its own`,
    );
}

/** The order itself, announced a second time with another content. */
export const isConflict = (flow: Flow, correlation: Correlation, fact: Fact): boolean =>
  fact.type === flow.start &&
  correlation.facts.some((known) => known.type === fact.type && !isDeepStrictEqual(known.data, fact.data));

/** By its id, or by the business transaction that it is about. */
export const knows = ({ facts }: Correlation, fact: Fact): boolean =>
  facts.some(({ id, key }) => id === fact.id || (key !== undefined && key === fact.key));

/** The order as it will be when these facts are recorded. */
export function withFacts(correlation: Correlation, learnt: readonly Fact[]): Correlation {
  const fresh = learnt.filter((fact) => !knows(correlation, fact));
  return fresh.length === 0 ? correlation : { ...correlation, facts: [...correlation.facts, ...fresh] };
}
