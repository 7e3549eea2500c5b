import { type Check, compileCheck } from '#shared/contracts/compile-check.ts';
import { dataschemaOf, type EventContract, type Flow, subjectOf } from '#shared/contracts/flow.ts';
import { encodeHeader } from './header-value.ts';

/** What all events of a type have in common, prepared once. */
export interface EventType {
  /** Short type. */
  readonly type: string;
  /** With the flow's prefix, as in an event. */
  readonly fullType: string;
  readonly contract: EventContract;
  readonly dataschema: string;
  /** What an event's subject begins with, up to its order id. */
  readonly subjectPrefix: string;
  /** Whether data fit the contract's schema. Why they do not, the schema says. */
  readonly fits: Check;
  /** The values as they are in headers. */
  readonly encoded: { readonly type: string; readonly source: string; readonly dataschema: string };
}

interface EventTypes {
  readonly short: ReadonlyMap<string, EventType>;
  readonly full: ReadonlyMap<string, EventType>;
}

const prepared = new WeakMap<Flow, EventTypes>();

/** By short type. @throws when the flow has no such type. */
export function eventTypeOf(flow: Flow, type: string): EventType {
  const found = typesOf(flow).short.get(type);
  if (!found) throw new Error(`no event type ${type} in the contract table`);
  return found;
}

/** By the type in an event; undefined when the flow has no such type. */
export const eventTypeIn = (flow: Flow, fullType: string): EventType | undefined => typesOf(flow).full.get(fullType);

function typesOf(flow: Flow): EventTypes {
  let types = prepared.get(flow);
  if (!types) {
    const all = Object.entries(flow.events).map(([type, contract]) => prepare(flow, type, contract));
    types = { short: new Map(all.map((one) => [one.type, one])), full: new Map(all.map((one) => [one.fullType, one])) };
    prepared.set(flow, types);
  }
  return types;
}

function prepare(flow: Flow, type: string, contract: EventContract): EventType {
  const fullType = flow.typePrefix + type;
  const dataschema = dataschemaOf(flow, type);
  return {
    type,
    fullType,
    contract,
    dataschema,
    subjectPrefix: subjectOf(flow, type, ''),
    fits: compileCheck(contract.schema),
    encoded: {
      type: encodeHeader(fullType),
      source: encodeHeader(contract.owner),
      dataschema: encodeHeader(dataschema),
    },
  };
}
