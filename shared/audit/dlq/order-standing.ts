import { type Flow, subjectOf } from '#shared/contracts/flow.ts';
import type { FlowReader } from '#shared/messaging/jetstream/flow-reader.ts';
import type { Service } from '#shared/runtime/service.ts';
import type { Store } from '#shared/store/store.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { OrderStanding } from './would-reopen.ts';

interface StandingOptions {
  readonly flow: Flow;
  readonly services: readonly Service[];
  readonly reader: Pick<FlowReader, 'order' | 'state'>;
  readonly storeOf: (service: string) => Pick<Store, 'load'>;
}

/** Asks the stream, and every service that reads the event's type, what they know of its order. */
export async function standingOf(
  { orderId, type, sequence }: DeadLetter,
  { flow, services, reader, storeOf }: StandingOptions,
): Promise<OrderStanding> {
  const readers = services.filter((service) => service.behaviour && Object.hasOwn(service.reacts(flow), type));
  const known = await Promise.all(readers.map(async ({ name }) => (await storeOf(name).load(orderId)).version > 0));
  const outcomes = Object.values(flow.outcomes).map((outcome) => subjectOf(flow, outcome, orderId));
  const events = await reader.order(orderId);
  const state = await reader.state(flow.stream);
  return {
    inStream: sequence >= (state?.firstSequence ?? 1),
    resolved: events.some(({ subject }) => outcomes.includes(subject)),
    forgottenBy: readers.filter((_, at) => !known[at]).map(({ name }) => name),
  };
}
