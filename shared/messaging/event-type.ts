import { type Check, compileCheck } from '#shared/contracts/compile-check.ts';
import { dataschemaOf, type EventContract, type Flow, subjectOf } from '#shared/contracts/flow.ts';
import { type FindUndescribed, undescribedBy } from '#shared/contracts/ownership.ts';

/** What all events of a type have in common, prepared once. */
export interface EventType {
  readonly type: string;
  /** With the flow's prefix, as in an event. */
  readonly fullType: string;
  readonly contract: EventContract;
  readonly dataschema: string;
  /** The subject without the order id. */
  readonly subjectPrefix: string;
  /** Whether data fit the contract's schema; the schema itself explains why not. */
  readonly fits: Check;
  readonly undescribed: FindUndescribed;
}

type ByName = ReadonlyMap<string, EventType>;
const prepared = new WeakMap<Flow, { short: ByName; full: ByName }>();

/** By short type. @throws when the flow has no such type. */
export function eventTypeOf(flow: Flow, type: string): EventType {
  const found = typesOf(flow).short.get(type);
  if (!found) throw new Error(`no event type ${type} in the contract table`);
  return found;
}

/** By the type in an event; undefined when the flow has no such type. */
export const eventTypeIn = (flow: Flow, fullType: string): EventType | undefined => typesOf(flow).full.get(fullType);

function typesOf(flow: Flow) {
  let types = prepared.get(flow);
  if (!types) {
    const all = Object.entries(flow.events).map(([type, contract]) => ({
      type,
      fullType: flow.typePrefix + type,
      contract,
      dataschema: dataschemaOf(flow, type),
      subjectPrefix: subjectOf(flow, type, ''),
      fits: compileCheck(contract.schema),
      undescribed: undescribedBy(contract.schema),
    }));
    types = { short: new Map(all.map((one) => [one.type, one])), full: new Map(all.map((one) => [one.fullType, one])) };
    prepared.set(flow, types);
  }
  return types;
}
