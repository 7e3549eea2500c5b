import type { Flow } from '#shared/contracts/flow.ts';
import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';

/** The flow for a correlator whose happy end is another event than the kitchen's. */
export const endingWith = (flow: Flow, ready: string): Flow => ({ ...flow, outcomes: { ...flow.outcomes, ready } });

/** That event names the contributions among its other fields; a correlator knows them as `correlationData`. */
export const withIds = (ready: string, event: RecordedEvent): RecordedEvent =>
  event.type === ready ? { ...event, data: { correlationData: event.data } } : event;
