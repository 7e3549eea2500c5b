import { contractOf, type Flow } from '#shared/contracts/flow.ts';
import type { FaultInput, FaultSpec } from '#shared/faults/fault-spec.ts';

/** The event that is published twice for an order of the part `duplicate`, and the service that publishes it. */
export function duplicatedIn(flow: Flow): { readonly type: string; readonly service: string } {
  const type = flow.requirements[0]?.fulfilled ?? flow.start;
  return { type, service: contractOf(flow, type).owner };
}

/** Base URL of a service's admin server, and CHAOS_TOKEN. */
interface FaultRoute {
  readonly adminUrl: string;
  readonly token: string;
  /** Of the event that it publishes twice. */
  readonly type: string;
}

const ANSWER_WITHIN_MS = 2_000;

/**
 * Has the service publish the event twice for this order. Faults that somebody else has set are never replaced.
 * @throws Error when the route cannot be reached, or refuses
 */
export async function duplicateFor(orderId: string, route: FaultRoute): Promise<void> {
  const set = (await ask(route, 'GET')) as FaultSpec[];
  const fault: FaultInput = { fault: 'duplicate', type: route.type, orderId };
  if (set.every((spec) => isOfDemo(spec, route.type))) await ask(route, 'PUT', [fault]);
}

/** Set by an earlier run of the demo: nobody else duplicates this event for a single order. */
const isOfDemo = (spec: FaultSpec, type: string): boolean =>
  spec.fault === 'duplicate' && spec.type === type && spec.orderId !== undefined;

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
