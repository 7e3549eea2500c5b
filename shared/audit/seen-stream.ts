import { hash } from 'node:crypto';
import { type Flow, type Requirement, subjectOf } from '#shared/contracts/flow.ts';
import { toMinor } from '#shared/contracts/money.ts';
import { fromMessage } from '#shared/messaging/binding.ts';
import type { CloudEvent } from '#shared/messaging/cloud-event.ts';
import { Terminal } from '#shared/messaging/faults.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';
import type { SeenEvent, SeenOrder } from './seen-run.ts';

interface Order extends SeenOrder {
  readonly events: SeenEvent[];
  readonly reused: string[];
}

/** What a stream holds, order by order, as it is read message by message. */
export class SeenStream {
  readonly #flow: Flow;
  readonly #orders = new Map<string, Order>();
  /** Type -> the requirement that its events are about. */
  readonly #about: ReadonlyMap<string, Requirement>;
  #copies = 0;
  #unreadable = 0;

  constructor(flow: Flow) {
    this.#flow = flow;
    this.#about = new Map(
      flow.requirements.flatMap((requirement) => {
        const { fulfilled, compensation, compensated } = requirement;
        return [fulfilled, compensation, compensated].map((type) => [type, requirement] as const);
      }),
    );
  }

  get orders(): ReadonlyMap<string, SeenOrder> {
    return this.#orders;
  }

  /** Messages whose event id was seen before. */
  get copies(): number {
    return this.#copies;
  }

  /** Messages that are no events of the flow: every consumer dead-letters them. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** Returns the event unless it is a copy or unreadable. */
  note(message: StoredMessage): SeenEvent | undefined {
    const read = this.#read(message);
    if (!read) {
      this.#unreadable += 1;
      return undefined;
    }
    const { orderId, event } = read;
    const order = this.#orders.get(orderId) ?? { id: orderId, events: [], reused: [] };
    this.#orders.set(orderId, order);
    const known = order.events.find(({ id }) => id === event.id);
    if (known) {
      this.#copies += 1;
      if (known.digest !== event.digest) order.reused.push(event.id);
      return undefined;
    }
    order.events.push(event);
    return event;
  }

  /** As `readEvent`, without the schema's check, which takes too long for a million messages. */
  #read(message: StoredMessage): { orderId: string; event: SeenEvent } | undefined {
    const { typePrefix, events } = this.#flow;
    const { sequence, storedAt, body, subject } = message;
    try {
      const received = fromMessage(message);
      if (!received.type.startsWith(typePrefix)) return undefined;
      const type = received.type.slice(typePrefix.length);
      const orderId = String(received.data?.orderId);
      const isRight = events[type]?.owner === received.source && subject === subjectOf(this.#flow, type, orderId);
      if (!isRight) return undefined;
      const digest = hash('sha1', body, 'base64');
      const event = { id: received.id, type, sequence, storedAt, digest, ...this.#meaningOf(type, received) };
      return { orderId, event };
    } catch (error) {
      // Not a CloudEvent, or the data break the schema in what is read here.
      if (error instanceof Terminal || error instanceof RangeError || error instanceof TypeError) return undefined;
      throw error;
    }
  }

  /** @throws RangeError for an invalid amount, TypeError where something is missing */
  #meaningOf(type: string, { data }: CloudEvent): Partial<SeenEvent> {
    if (type === this.#flow.outcomes.ready) return { uses: data.correlationData as Record<string, unknown> };
    const requirement = this.#about.get(type);
    if (!requirement) return {};
    const { businessId, fulfilled, amount, takes } = requirement;
    const about = { businessId: String(data[businessId]) };
    if (type !== fulfilled) return about;
    const currency = amount && String(data[amount.currency]);
    return {
      ...about,
      ...(amount && currency && { amount: { minor: toMinor(Number(data[amount.value]), currency), currency } }),
      ...(takes && { takes: takes.units(data) }),
    };
  }
}
