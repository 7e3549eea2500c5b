import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { emitTimeoutEvent, isComplete, processOrder } from '../../../chaos/simulation/snippets/emitted.ts';
import type { Correlator, OrderState, Requirement, SnippetPorts } from '../../../chaos/simulation/snippets/snippet.ts';

/** What is given: the ports that the kitchen runs on, and what it publishes. */

export { isComplete, type OrderState };

/** `table` is shared by all processes; each call of a port may fail, and may have been executed nevertheless. */
export type Ports = Pick<SnippetPorts, 'table' | 'emitEvent' | 'now'>;

export type Kitchen = Required<Pick<Correlator, 'handleEvent' | 'onSchedule'>>;

export const TIMEOUT_MS = 30 * 60_000;

/** `payment` of `payment.completed`; undefined for what is no fulfilment. */
export const requirementOf = (type: string): Requirement | undefined =>
  pizzaFlow.requirements.find(({ fulfilled }) => fulfilled === type)?.name as Requirement | undefined;

/** An order of which nothing is known yet. `now`: ms since the epoch. */
export const newOrder = (orderId: string, now: number): OrderState => {
  const timestamp = new Date(now).toISOString();
  const ttl = Math.floor(now / 1_000) + 24 * 3_600;
  return { orderId, events: {}, status: 'waiting', ttl, createdAt: timestamp, updatedAt: timestamp };
};

export const isStale = ({ createdAt }: OrderState, now: number): boolean => Date.parse(createdAt) <= now - TIMEOUT_MS;

/** Publishes kitchen.ready. An id that was published before is published once; without one, each call is another event. */
export const emitReady = ({ emitEvent }: Ports, { orderId, events }: OrderState, id?: string): Promise<void> =>
  processOrder((event) => emitEvent(event, id), orderId, events);

/** Publishes order.timeout, in the same way. */
export const emitTimeout = ({ emitEvent }: Ports, { orderId, events }: OrderState, id?: string): Promise<void> =>
  emitTimeoutEvent((event) => emitEvent(event, id), orderId, events);
