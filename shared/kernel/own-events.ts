import type { Flow } from '#shared/contracts/flow.ts';
import { buildEvent, checkDraft, draftId, toWire } from '#shared/messaging/build-event.ts';
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

/** Makes the events that a service publishes, and publishes them: id and bytes follow from what is recorded, whoever does it. */
export function createOwnEvents({ flow, service, bus, traceparent }: OwnEventsOptions) {
  const wireOf = (orderId: string, { type, data, occurredAt, causationId, traceparent }: RecordedEvent) =>
    toWire(
      flow,
      buildEvent(flow, { type, data }, { orderId, source: service, now: occurredAt, causationId, traceparent }),
    );

  /** The stream may know the `Nats-Msg-Id` from another message: then it goes out under a fresh one. */
  async function publishOne(orderId: string, event: RecordedEvent): Promise<void> {
    const wire = wireOf(orderId, event);
    const { duplicate, sequence } = await bus.publish(wire);
    if (!duplicate || (await bus.read(wire.subject, sequence)).some(({ headers }) => headers['ce-id'] === event.id))
      return;
    const headers = { ...wire.headers, 'Nats-Msg-Id': `${wire.headers['Nats-Msg-Id']}:not-${sequence}` };
    await bus.publish({ ...wire, headers });
  }

  return {
    /** @throws TypeError when the service does not own the type, or the data breaks its schema: a bug of the rules */
    record(orderId: string, draft: Draft, before: readonly RecordedEvent[], now: number): RecordedEvent {
      const { type, data, cause } = draft;
      const causedBy = before.find(({ id }) => id === cause) ?? before.at(-1);
      const causationId = causedBy?.id;
      const context = traceparent() ?? causedBy?.traceparent;
      checkDraft(flow, draft, service);
      return {
        id: draftId(flow, orderId, draft),
        type,
        data,
        occurredAt: now,
        storedAt: now,
        own: true,
        ...(causationId && { causationId }),
        ...(context && { traceparent: context }),
      };
    },
    /**
     * One after the other, each once the broker has the one before it: so the stream never holds a consequence without the outcome
     * that it followed from. Resolves with the last PubAck. @throws what the bus throws
     */
    async publish(orderId: string, events: readonly RecordedEvent[]): Promise<void> {
      for (const event of events) await publishOne(orderId, event);
    },
  };
}
