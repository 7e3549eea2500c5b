import { contractOf, emittedBy, type Flow, type Requirement, startOf } from '#shared/contracts/flow.ts';
import { fieldOwners, fieldsOf, foreignFields } from '#shared/contracts/ownership.ts';
import { buildEvent, draftId, toWire } from '#shared/messaging/build-event.ts';
import type { Pattern } from '#shared/runtime/pattern.ts';
import type { Figure } from './figures.ts';

/** What the declarations of a pattern say of its coupling: nothing runs, so the figures are the same every time. */
export const couplingOf = (pattern: Pattern): Figure[] =>
  Object.entries(measures).map(([measure, of]) => ({
    pattern: pattern.name,
    scenario: 'declarations',
    measure,
    round: 1,
    value: of(pattern),
  }));

const measures: Readonly<Record<string, (pattern: Pattern) => number>> = {
  /** Fields whose publisher does not own their data. */
  'foreign-fields': ({ flow }) => Object.values(foreignFields(flow)).flat().length,
  /** Event types that the best-informed service consumes or publishes. */
  'known-event-types': ({ flow, services }) =>
    Math.max(
      ...services.map(({ name, reacts }) => new Set([...Object.keys(reacts(flow)), ...emittedBy(flow, name)]).size),
    ),
  /** Events on the longest way from start to ready, both included. */
  'longest-path': longestPath,
  'messages-per-order': (pattern) => plainOrder(pattern).size,
  'bytes-per-order': bytesPerOrder,
  'changed-by-requirement': ({ flow, services }) =>
    mean(flow.requirements.map((requirement) => mentions({ flow, services }, requirement))),
  'changed-by-field': ({ flow }) => mean(fieldsOfStart(flow).map((field) => holding(flow, [field]).length)),
};

type Wiring = Pick<Pattern, 'flow' | 'services'>;

/**
 * The events of an order that nobody refuses and nothing delays: type -> the types that cause it. What makes the owner of a
 * requirement begin, it answers by the fulfilment.
 */
export function plainOrder({ flow, services }: Wiring): ReadonlyMap<string, readonly string[]> {
  const { outcomes, requirements } = flow;
  const exceptions = requirements.flatMap((r) => [r.rejected, r.withdrawn, r.compensation, r.compensated]);
  const others = new Set([outcomes.cancelled, outcomes.timeout, ...exceptions]);
  const answers = (type: string) =>
    services.flatMap(({ name, reacts }) => {
      const began = requirements.filter(
        (r) => startOf(flow, r.name) === type && contractOf(flow, r.fulfilled).owner === name,
      );
      if (began.length > 0) return began.map(({ fulfilled }) => fulfilled);
      return (reacts(flow)[type] ?? []).filter((then) => !others.has(then));
    });
  const causes = new Map<string, string[]>([[flow.start, []]]);
  // A Map's iteration goes on with what is added meanwhile.
  for (const type of causes.keys())
    for (const then of answers(type)) causes.set(then, [...(causes.get(then) ?? []), type]);
  return causes;
}

function longestPath(pattern: Pattern): number {
  const causes = plainOrder(pattern);
  const lengthTo = (type: string): number => 1 + Math.max(0, ...(causes.get(type) ?? []).map(lengthTo));
  return lengthTo(pattern.flow.outcomes.ready);
}

/** Subject, headers and data of the examples, as they go over the wire without a trace. */
function bytesPerOrder({ flow, ...pattern }: Pattern): number {
  const draftOf = (type: string) => ({ type, data: contractOf(flow, type).example });
  const messages = [...plainOrder({ flow, ...pattern })].map(([type, [cause]]) => {
    const draft = draftOf(type);
    const orderId = String(draft.data.orderId);
    const source = contractOf(flow, type).owner;
    const causationId = cause && draftId(flow, orderId, draftOf(cause));
    return toWire(flow, buildEvent(flow, draft, { orderId, source, now: 0, causationId }));
  });
  const sizes = messages.map(({ subject, headers, body }) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return Buffer.byteLength(subject + lines.join('') + body);
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * What one more requirement changes, taken from each present one as if it had come last: the declarations outside its own domain
 * that mention it. A contract mentions it by a field that is its owner's, or by its business id; a service by its events.
 */
function mentions({ flow, services }: Wiring, { fulfilled, businessId }: Requirement): number {
  const { owner } = contractOf(flow, fulfilled);
  const isOwn = (type: string) => type.split('.')[0] === fulfilled.split('.')[0];
  const fields = [...fieldOwners(flow)].flatMap(([field, by]) => (by === owner ? [field] : []));
  const contracts = holding(flow, [businessId, ...fields]).filter((type) => !isOwn(type));
  const told = services.filter(
    ({ name, reacts }) => name !== owner && Object.entries(reacts(flow)).flat(2).some(isOwn),
  );
  return contracts.length + told.length;
}

/** What one more field of the order would be: those that its own event alone brings, each as if it had come last. */
const fieldsOfStart = (flow: Flow): string[] => {
  const { owner } = contractOf(flow, flow.start);
  return [...fieldOwners(flow)].flatMap(([field, by]) => (by === owner ? [field] : []));
};

/** The types whose data hold one of the fields. */
const holding = (flow: Flow, fields: readonly string[]): string[] =>
  Object.entries(flow.events).flatMap(([type, { schema }]) =>
    fieldsOf(schema).some((field) => fields.includes(field)) ? [type] : [],
  );

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
