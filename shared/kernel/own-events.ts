import type { Flow } from '#shared/contracts/flow.ts';
import { addEnvelope, checkDraft, draftId, toWire } from '#shared/messaging/build-event.ts';
import { eventTypeOf } from '#shared/messaging/event-type.ts';
import type { Publisher } from '#shared/messaging/publisher.ts';
import type { StreamReader } from '#shared/messaging/stream-reader.ts';
import type { RecordedEvent } from './recorded-event.ts';
import type { Draft } from './rules.ts';

export interface OwnEventsOptions {
  readonly flow: Flow;
  readonly service: string;
  readonly bus: Pick<Publisher, 'publish'> & Pick<StreamReader, 'read'>;
  /** The trace context in which events are created; without one that of their cause is kept. */
  readonly traceparent: () => string | undefined;
}

/** Makes and publishes a service's own events: id and bytes follow from what is recorded, whichever process publishes. */
export function createOwnEvents({ flow, service, bus, traceparent }: OwnEventsOptions) {
  async function publishOne(orderId: string, event: RecordedEvent): Promise<void> {
    const { occurredAt: now, causationId, traceparent } = event;
    // Checked when it was recorded: a deployment that changed the contract since then does not hold it back.
    const envelope = { orderId, source: service, now, causationId, traceparent };
    const wire = toWire(flow, addEnvelope(eventTypeOf(flow, event.type), event, envelope));
    const { duplicate, sequence } = await bus.publish(wire);
    if (!duplicate || (await bus.read(wire.subject, sequence)).some(({ headers }) => headers['ce-id'] === event.id))
      return;
    // The stream knows the `Nats-Msg-Id` from another message: it goes out under a fresh one.
    const headers = { ...wire.headers, 'Nats-Msg-Id': `${wire.headers['Nats-Msg-Id']}:not-${sequence}` };
    await bus.publish({ ...wire, headers });
  }

  return {
    /** @throws TypeError when the service does not own the type, or the data breaks its schema: a bug of the rules */
    record(orderId: string, draft: Draft, before: readonly RecordedEvent[], now: number): RecordedEvent {
      checkDraft(flow, draft, service);
      const { type, data, cause } = draft;
      const causedBy = before.find(({ id }) => id === cause) ?? before.at(-1);
      const context = traceparent() ?? causedBy?.traceparent;
      return {
        id: draftId(flow, orderId, draft),
        type,
        data,
        occurredAt: now,
        storedAt: now,
        own: true,
        ...(causedBy && { causationId: causedBy.id }),
        ...(context && { traceparent: context }),
      };
    },
    /** Each once the broker has the one before, so that no consequence is stored without its outcome. @throws what the bus throws */
    async publish(orderId: string, events: readonly RecordedEvent[]): Promise<void> {
      for (const event of events) await publishOne(orderId, event);
    },
  };
}
