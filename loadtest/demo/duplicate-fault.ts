import { contractOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { FaultInput, FaultSpec } from '#shared/faults/fault-spec.ts';

const type = pizzaFlow.requirements.map(({ fulfilled }) => fulfilled)[0] ?? '';

/** The event that is published twice for an order of the part `duplicate`, and the service that publishes it. */
export const duplicated = { type, service: contractOf(pizzaFlow, type).owner };

/** The fault route of a service. */
export interface FaultRoute {
  /** Base URL of its admin server. */
  readonly adminUrl: string;
  /** CHAOS_TOKEN */
  readonly token: string;
}

const ANSWER_WITHIN_MS = 2_000;

/**
 * Has the service publish `duplicated` twice for this order. Faults that somebody else has set are never replaced.
 * @throws Error when the route cannot be reached, or refuses
 */
export async function duplicateFor(orderId: string, route: FaultRoute): Promise<void> {
  const set = (await ask(route, 'GET')) as FaultSpec[];
  const fault: FaultInput = { fault: 'duplicate', type: duplicated.type, orderId };
  if (set.every(isOfDemo)) await ask(route, 'PUT', [fault]);
}

/** Set by an earlier run of the demo: nobody else duplicates this event for a single order. */
const isOfDemo = (spec: FaultSpec): boolean =>
  spec.fault === 'duplicate' && spec.type === duplicated.type && spec.orderId !== undefined;

async function ask({ adminUrl, token }: FaultRoute, method: string, faults?: readonly FaultInput[]): Promise<unknown> {
  const response = await fetch(`${adminUrl}/faults`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(faults && { 'content-type': 'application/json' }) },
    ...(faults && { body: JSON.stringify(faults) }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (!response.ok) throw new Error(`${adminUrl}/faults answered ${response.status}: ${await response.text()}`);
  return response.json();
}
