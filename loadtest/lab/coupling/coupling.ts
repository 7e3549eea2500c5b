import { contractOf, correlatorOf, emittedBy, type Flow } from '#shared/contracts/flow.ts';
import { foreignFields } from '#shared/contracts/ownership.ts';
import { buildEvent, draftId, toWire } from '#shared/messaging/build-event.ts';
import type { Pattern } from '#shared/runtime/pattern.ts';
import type { Service } from '#shared/runtime/service.ts';
import type { Figure } from '../figures.ts';
import { fieldsOfStart, holding, longestPath, mentions, plainOrder, type Wiring } from './wiring.ts';

/** What the declarations of a pattern say of its coupling: nothing runs, so the figures are the same every time. */
export const couplingOf = (pattern: Pattern): Figure[] =>
  [...foreignByService(pattern), ...Object.entries(measures).map(([name, of]) => [name, of(pattern)] as const)].map(
    ([measure, value]) => ({ subject: pattern.name, scenario: 'declarations', measure, round: 1, value }),
  );

const measures: Readonly<Record<string, (pattern: Wiring) => number>> = {
  /** Event types that the best-informed service consumes or publishes. */
  'known-event-types': ({ flow, services }) => Math.max(...services.map((service) => knownTypes(flow, service))),
  /** The same without the service that decides on an order. */
  'types-known-by-others': ({ flow, services }) =>
    Math.max(...services.filter(({ name }) => name !== correlatorOf(flow)).map((service) => knownTypes(flow, service))),
  'longest-path': longestPath,
  'messages-per-order': (wiring) => plainOrder(wiring).size,
  'bytes-per-order': bytesPerOrder,
  'changed-by-requirement': ({ flow, services }) =>
    mean(flow.requirements.map((requirement) => mentions({ flow, services }, requirement))),
  'changed-by-field': ({ flow }) => mean(fieldsOfStart(flow).map((field) => holding(flow, [field]).length)),
  services: ({ services }) => services.length,
  'event-types': ({ flow }) => Object.keys(flow.events).length,
  /** Event types that another service publishes than the one of their domain. */
  'asked-of-others': ({ flow }) => Object.values(flow.events).filter((event) => event.askedByCorrelator).length,
  /** Services that wait for more than one requirement. */
  'correlating-services': ({ flow, services }) =>
    services.filter(({ reacts }) => flow.requirements.filter(({ fulfilled }) => reacts(flow)[fulfilled]).length > 1)
      .length,
  /** Services that may decide against an order: by a refusal, or for all. */
  'deciding-services': ({ flow: { events, outcomes, requirements } }) =>
    new Set(
      [outcomes.cancelled, outcomes.timeout, ...requirements.map(({ rejected }) => rejected)].map(
        (type) => events[type]?.owner,
      ),
    ).size,
  'steps-in-one-service': stepsInOneService,
};

/** Fields whose publisher does not own their data: of all events, and of those of each service. */
function foreignByService({ flow, services }: Wiring): (readonly [measure: string, fields: number])[] {
  const foreign = foreignFields(flow);
  const by = services.map(({ name }) => {
    const fields = emittedBy(flow, name).flatMap((type) => foreign[type] ?? []);
    return [`foreign-fields-${name}`, fields.length] as const;
  });
  return [['foreign-fields', Object.values(foreign).flat().length], ...by];
}

const knownTypes = (flow: Flow, { name, reacts, copies }: Service): number =>
  new Set([...Object.keys(reacts(flow)), ...(copies?.(flow) ?? []), ...emittedBy(flow, name)]).size;

/** Of the steps of a plain order, from an event to one that it causes: the greatest share that one service does. */
function stepsInOneService(wiring: Wiring): number {
  const doers = [...plainOrder(wiring)].flatMap(([type, causes]) =>
    causes.map(() => contractOf(wiring.flow, type).owner),
  );
  const most = Math.max(...[...Map.groupBy(doers, (doer) => doer).values()].map(({ length }) => length));
  return most / doers.length;
}

/** Subject, headers and data of the examples, as they go over the wire without a trace. */
function bytesPerOrder({ flow, services }: Wiring): number {
  const draftOf = (type: string) => ({ type, data: contractOf(flow, type).example });
  const messages = [...plainOrder({ flow, services })].map(([type, [cause]]) => {
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

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
