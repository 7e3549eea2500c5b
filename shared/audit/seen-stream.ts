import { hash } from 'node:crypto';
import type { Flow, Requirement } from '#shared/contracts/flow.ts';
import { subjectOf } from '#shared/contracts/flow.ts';
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

  /** Messages that were there before under the same event id. */
  get copies(): number {
    return this.#copies;
  }

  /** Messages that no consumer takes for an event of the flow: they are refused, as dead letters. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** Returns the event if it was not known before. */
  note(message: StoredMessage): SeenEvent | undefined {
    const read = this.#read(message);
    if (!read) {
      this.#unreadable += 1;
      return undefined;
    }
    const { orderId, event } = read;
    const order = this.#orderOf(orderId);
    const known = order.events.find(({ id }) => id === event.id);
    if (known) {
      this.#copies += 1;
      if (known.digest !== event.digest) order.reused.push(event.id);
      return undefined;
    }
    order.events.push(event);
    return event;
  }

  /** The checks of `readEvent` but for the schema's, which a million messages would have to wait for. */
  #read(message: StoredMessage): { orderId: string; event: SeenEvent } | undefined {
    const received = eventIn(message);
    if (!received?.type.startsWith(this.#flow.typePrefix)) return undefined;
    const type = received.type.slice(this.#flow.typePrefix.length);
    const orderId = String(received.data?.orderId);
    const { [type]: contract } = this.#flow.events;
    if (contract?.owner !== received.source || message.subject !== subjectOf(this.#flow, type, orderId))
      return undefined;
    const meaning = this.#meaning(type, received);
    if (!meaning) return undefined;
    const { sequence, storedAt, body } = message;
    const digest = hash('sha1', body, 'base64');
    return { orderId, event: { id: received.id, type, sequence, storedAt, digest, ...meaning } };
  }

  /** Undefined when the data breaks the schema in what counts here. */
  #meaning(type: string, event: CloudEvent): Partial<SeenEvent> | undefined {
    try {
      return this.#meaningOf(type, event);
    } catch (error) {
      if (error instanceof RangeError || error instanceof TypeError) return undefined;
      throw error;
    }
  }

  /** @throws RangeError for an amount that is none, TypeError where something is missing */
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

  #orderOf(id: string): Order {
    const order = this.#orders.get(id) ?? { id, events: [], reused: [] };
    this.#orders.set(id, order);
    return order;
  }
}

function eventIn(message: StoredMessage): CloudEvent | undefined {
  try {
    return fromMessage(message);
  } catch (error) {
    if (error instanceof Terminal) return undefined;
    throw error;
  }
}
