import type { Flow, Requirement } from '#shared/contracts/flow.ts';
import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';

/** What the kitchen knows of a flow: its requirements are data. */
export type KitchenFlow = Pick<Flow, 'requirements' | 'start' | 'outcomes' | 'readyStatus'>;

/** A fulfilment of a requirement. */
export interface Contribution {
  readonly requirement: Requirement;
  readonly businessId: unknown;
  readonly event: RecordedEvent;
  /** It came after the decision. */
  readonly isLate: boolean;
}

/** How an order ended, by the event that the kitchen published. */
export type Resolution =
  | { readonly outcome: 'ready'; readonly correlationData: Readonly<Record<string, unknown>> }
  | { readonly outcome: 'cancelled'; readonly reason: string }
  | { readonly outcome: 'timeout'; readonly missing: readonly string[] };

export interface KitchenState {
  /** order.created, once it came. */
  readonly created?: RecordedEvent;
  /** The last consumed event, and when the stream stored the earliest one, ms since the epoch. */
  readonly latest?: RecordedEvent;
  readonly firstAt?: number;
  /** In order of arrival, one per requirement and business id. */
  readonly contributions: readonly Contribution[];
  /** Of a requirement that was rejected, or whose fulfilment was withdrawn. */
  readonly refusals: readonly RecordedEvent[];
  readonly resolution?: Resolution;
  /** Requested compensations by `compensationKey`. */
  readonly compensated: ReadonlyMap<string, { readonly type: string; readonly reason: string }>;
}

export const initial: KitchenState = { contributions: [], refusals: [], compensated: new Map() };

/** The reason for compensating a second fulfilment of a requirement, whatever the order's outcome. */
export const CONFLICT = 'conflict';

/** Names one compensation: the same for the fulfilment and for the request to undo it. */
export const compensationKey = ({ compensation }: Requirement, businessId: unknown): string =>
  `${compensation}:${businessId}`;

export const evolveFor = (flow: KitchenFlow) =>
  function evolve(state: KitchenState, event: RecordedEvent): KitchenState {
    return event.own ? published(flow, state, event) : consumed(flow, state, event);
  };

function published({ requirements, outcomes }: KitchenFlow, state: KitchenState, event: RecordedEvent): KitchenState {
  const { type, data } = event;
  switch (type) {
    case outcomes.ready: {
      const correlationData = data.correlationData as Readonly<Record<string, unknown>>;
      return { ...state, resolution: { outcome: 'ready', correlationData } };
    }
    case outcomes.cancelled:
      return { ...state, resolution: { outcome: 'cancelled', reason: String(data.reason) } };
    case outcomes.timeout: {
      const types = data.missingEvents as readonly string[];
      const missing = requirements.filter(({ fulfilled }) => types.includes(fulfilled)).map(({ name }) => name);
      return { ...state, resolution: { outcome: 'timeout', missing: missing.sort() } };
    }
    default: {
      const requirement = requirements.find(({ compensation }) => compensation === type);
      if (!requirement) return state;
      const key = compensationKey(requirement, data[requirement.businessId]);
      return { ...state, compensated: new Map(state.compensated).set(key, { type, reason: String(data.reason) }) };
    }
  }
}

function consumed({ requirements, start }: KitchenFlow, before: KitchenState, event: RecordedEvent): KitchenState {
  const { type, data, storedAt } = event;
  const state = { ...before, latest: event, firstAt: Math.min(before.firstAt ?? storedAt, storedAt) };
  if (type === start) return { ...state, created: state.created ?? event };
  const requirement = requirements.find((r) => type === r.fulfilled || type === r.rejected || type === r.withdrawn);
  if (!requirement) return state;
  if (type !== requirement.fulfilled)
    return state.resolution ? state : { ...state, refusals: [...state.refusals, event] };
  const businessId = data[requirement.businessId];
  const isKnown = state.contributions.some((one) => one.requirement === requirement && one.businessId === businessId);
  if (isKnown) return state;
  const contribution = { requirement, businessId, event, isLate: state.resolution !== undefined };
  return { ...state, contributions: [...state.contributions, contribution] };
}

/**
 * The fulfilment of a requirement that counts: the one named in kitchen.ready; otherwise the first that was not compensated as a
 * conflict.
 */
export function countingFor({ contributions, resolution, compensated }: KitchenState, requirement: Requirement) {
  const all = contributions.filter((one) => one.requirement === requirement);
  if (resolution?.outcome === 'ready') {
    const made = resolution.correlationData[requirement.businessId];
    return all.find(({ businessId }) => businessId === made);
  }
  return all.find((one) => compensated.get(compensationKey(requirement, one.businessId))?.reason !== CONFLICT);
}

/** Names of the requirements without a fulfilment, sorted. */
export const missingOf = ({ requirements }: KitchenFlow, state: KitchenState): string[] =>
  requirements
    .filter((requirement) => !countingFor(state, requirement))
    .map(({ name }) => name)
    .sort();

/** order.created starts the clock at its time in the stream; until it is known, the earliest event does provisionally. */
export const clockStart = ({ created, firstAt }: KitchenState): number | undefined => created?.storedAt ?? firstAt;
