import type { z } from 'zod';

/** One event type: who alone may publish it, and what its data looks like. */
export interface EventContract {
  /** The service that publishes it: the CloudEvents `source`. */
  readonly owner: string;
  /** `major.minor` of the data. A newer minor is tolerated, an unknown major is dead-lettered. */
  readonly version: string;
  readonly schema: z.ZodType;
  /** Valid data; the workshop's own where it has some. */
  readonly example: Readonly<Record<string, unknown>>;
  /** The data field holding the id of the business transaction that the event is about: one event of a type per such id. */
  readonly about?: string;
  /**
   * The correlator publishes it although the domain is another's: a request to compensate, or the order's outcome.
   * The workshop's own exception to "publish only what is yours"; a test forbids any further one.
   */
  readonly askedByCorrelator?: true;
  /** Published only when something is slow or refused, besides the refusals and compensations that a requirement names. */
  readonly exceptional?: true;
}

/** What an order needs before it can be made. The kitchen, the metrics and the dashboards derive from it. */
export interface Requirement {
  readonly name: string;
  /** The event that makes its owner begin; its data hold what the owner reads of the flow's start, which is the default. */
  readonly startedBy?: string;
  readonly fulfilled: string;
  readonly rejected: string;
  /** The owner withdraws a fulfilment (a reservation that ran out). */
  readonly withdrawn?: string;
  /** The request that undoes one fulfilment, and the owner's report that it did. */
  readonly compensation: string;
  readonly compensated: string;
  /** The data field, in all of the above, with the id of the business transaction. */
  readonly businessId: string;
  /** The data fields of `fulfilled` with the money taken: a decimal and its currency. */
  readonly amount?: { readonly value: string; readonly currency: string };
  /** What a fulfilment takes from its owner's pools, by its data: pool -> units. `lent`: a ready order gives it back. */
  readonly takes?: {
    readonly units: (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, number>>;
    readonly lent?: true;
  };
  /** The funnel's stage that fulfilment reaches. */
  readonly stage: string;
}

/** One domain's contract: a file of this folder. */
export interface DomainContract {
  readonly events: Readonly<Record<string, EventContract>>;
  readonly requirement?: Requirement;
}

/** Keeps a contract's exact type: its events' names, their schemas, the literals of its requirement. */
export const defineDomain = <const C extends DomainContract>(contract: C): C => contract;

/**
 * The data that a schema describes, read-only. Schemas tolerate unknown fields, for which zod infers an index signature; it is
 * removed here, so that a misspelt field is a type error.
 */
export type DataOf<S extends z.ZodType> = Known<z.output<S>>;

type Known<T> = T extends readonly (infer U)[]
  ? readonly Known<U>[]
  : T extends object
    ? { readonly [K in keyof T as string extends K ? never : K]: Known<Exclude<T[K], undefined>> }
    : T;

/** Everything that the generic parts (messaging, kernel, kitchen) know of a flow. */
export interface Flow {
  /** Prefix of every CloudEvents `type`. */
  readonly typePrefix: string;
  /** The JetStream stream that holds every event; its dead letters are in `<stream>_DLQ`. */
  readonly stream: string;
  /** First token of every NATS subject: `<prefix>.<domain>.<action>.<orderId>`. */
  readonly subjectPrefix: string;
  /** Base URI of the versioned `dataschema`. */
  readonly schemaBase: string;
  /** Short type (`payment.completed`) -> contract. */
  readonly events: Readonly<Record<string, EventContract>>;
  readonly requirements: readonly Requirement[];
  /** The event that starts an order, and the three that end it. */
  readonly start: string;
  readonly outcomes: { readonly ready: string; readonly cancelled: string; readonly timeout: string };
  /** What the event `ready` says in its field `status`. */
  readonly readyStatus: string;
  /** An order is made before its owners fulfil the requirements: one that is rejected later is a loss, which the owner reports. */
  readonly fulfilledLater?: true;
  /** Services that keep their orders elsewhere than in a store: none of their counters can be read. */
  readonly storeless?: readonly string[];
}

type FlowNames = Omit<Flow, 'events' | 'requirements'>;

/** @throws when two contracts declare the same type, or a requirement names a type that nobody declares. */
export function defineFlow(names: FlowNames, contracts: readonly DomainContract[]): Flow {
  const events: Record<string, EventContract> = {};
  for (const contract of contracts)
    for (const [type, event] of Object.entries(contract.events)) {
      if (events[type]) throw new Error(`event type ${type} is declared twice: give each type one owner`);
      events[type] = event;
    }
  const requirements = contracts.flatMap((contract) => contract.requirement ?? []);
  const named = [
    names.start,
    ...Object.values(names.outcomes),
    ...requirements.flatMap((r) =>
      [r.startedBy ?? [], r.fulfilled, r.rejected, r.withdrawn ?? [], r.compensation, r.compensated].flat(),
    ),
  ];
  for (const type of named)
    if (!events[type]) throw new Error(`event type ${type} is used by the flow but declared by no contract`);
  return { ...names, events, requirements };
}

/** The contract of a short type. @throws when the flow has no such type. */
export function contractOf(flow: Flow, type: string): EventContract {
  const contract = flow.events[type];
  if (!contract) throw new Error(`no event type ${type} in the contract table`);
  return contract;
}

/** The event that makes the owner of a requirement begin. @throws when the flow has no such requirement. */
export function startOf({ start, requirements }: Flow, requirement: string): string {
  const found = requirements.find(({ name }) => name === requirement);
  if (!found) throw new Error(`no requirement ${requirement} in the contract table`);
  return found.startedBy ?? start;
}

/** The service that decides on an order: it cancels, and asks to compensate. What is counted of all orders is in its store. */
export const correlatorOf = (flow: Flow): string => contractOf(flow, flow.outcomes.cancelled).owner;

/** The correlator, if it has such a store; undefined where the flow excepts it. */
export function countingCorrelatorOf(flow: Flow): string | undefined {
  const correlator = correlatorOf(flow);
  return flow.storeless?.includes(correlator) ? undefined : correlator;
}

/** Every service that owns an event, sorted. */
export const ownersOf = (flow: Flow): string[] =>
  [...new Set(Object.values(flow.events).map((event) => event.owner))].sort();

/** The short types that a service publishes, in the table's order. */
export const emittedBy = (flow: Flow, service: string): string[] =>
  Object.entries(flow.events).flatMap(([type, event]) => (event.owner === service ? [type] : []));

/** `pizza.payment.completed.12345`; with `*` as orderId the subject filter of a whole type. */
export const subjectOf = (flow: Flow, type: string, orderId: string): string =>
  `${flow.subjectPrefix}.${type}.${orderId}`;

/** The short types of an order that nobody refuses and nothing delays, in the table's order. */
export function plainTypes({ events, requirements, outcomes }: Flow): string[] {
  const others = requirements.flatMap((r) => [r.rejected, r.withdrawn, r.compensation, r.compensated]);
  const exceptions = new Set([...others, outcomes.cancelled, outcomes.timeout]);
  return Object.entries(events).flatMap(([type, { exceptional }]) =>
    exceptional || exceptions.has(type) ? [] : [type],
  );
}

/** The dead letter stream, and the subject on it for one service and type. */
export const deadLetterStream = (flow: Flow): string => `${flow.stream}_DLQ`;
export const deadLetterSubject = (service: string, type: string): string => `dlq.${service}.${type}`;

/** The versioned `dataschema` of a type. */
export const dataschemaOf = (flow: Flow, type: string): string =>
  `${flow.schemaBase}${type}/${contractOf(flow, type).version}`;
