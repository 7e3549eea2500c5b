import { contractOf, type Flow, plainTypes, type Requirement } from '#shared/contracts/flow.ts';
import { fieldOwners, fieldsOf } from '#shared/contracts/ownership.ts';
import type { Pattern } from '#shared/runtime/pattern.ts';

/** What a pattern declares. */
export type Wiring = Pick<Pattern, 'flow' | 'services'>;

/** The events of an order that nobody refuses and nothing delays: type -> the types of them that cause it. */
export function plainOrder({ flow, services }: Wiring): ReadonlyMap<string, readonly string[]> {
  const types = plainTypes(flow);
  const causesOf = (type: string) =>
    types.filter((cause) => services.some(({ reacts }) => reacts(flow)[cause]?.includes(type)));
  return new Map(types.map((type) => [type, causesOf(type)]));
}

/** Events on the longest way from start to ready, both included. */
export function longestPath(pattern: Wiring): number {
  const causes = plainOrder(pattern);
  const lengthTo = (type: string): number => 1 + Math.max(0, ...(causes.get(type) ?? []).map(lengthTo));
  return lengthTo(pattern.flow.outcomes.ready);
}

/**
 * What one more requirement changes, taken from each present one as if it had come last: the declarations outside its own domain
 * that mention it. A contract mentions it by a field that is its owner's, or by its business id; a service by its events.
 */
export function mentions({ flow, services }: Wiring, { fulfilled, businessId }: Requirement): number {
  const { owner } = contractOf(flow, fulfilled);
  const isOwn = (type: string) => type.split('.')[0] === fulfilled.split('.')[0];
  const fields = [...fieldOwners(flow)].flatMap(([field, by]) => (by === owner ? [field] : []));
  const contracts = holding(flow, [businessId, ...fields]).filter((type) => !isOwn(type));
  const told = services.filter(
    ({ name, reacts, copies }) =>
      name !== owner && [...Object.entries(reacts(flow)).flat(2), ...(copies?.(flow) ?? [])].some(isOwn),
  );
  return contracts.length + told.length;
}

/** What one more field of the order would be: those that its own event alone brings, each as if it had come last. */
export const fieldsOfStart = (flow: Flow): string[] => {
  const { owner } = contractOf(flow, flow.start);
  return [...fieldOwners(flow)].flatMap(([field, by]) => (by === owner ? [field] : []));
};

/** The types whose data hold one of the fields. */
export const holding = (flow: Flow, fields: readonly string[]): string[] =>
  Object.entries(flow.events).flatMap(([type, { schema }]) =>
    fieldsOf(schema).some((field) => fields.includes(field)) ? [type] : [],
  );
