import type { Flow } from '#shared/contracts/flow.ts';
import { targetOf } from '#shared/faults/fault-context.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';

export type OutcomeName = keyof Flow['outcomes'];

/** One order as its events tell it, by the broker's clock. */
export interface LoggedOrder {
  readonly id: string;
  /** Its first event, whichever came first. Ms since the epoch. */
  readonly since: number;
  /** The first event that says how it ended. */
  outcome?: { readonly name: OutcomeName; readonly at: number };
  /** The ids of all events that say so; copies have the same one. */
  readonly outcomeIds: Set<string>;
}

/** What the stream says of the orders, as it is followed: it asks no service. */
export class OrderLog {
  readonly #flow: Flow;
  readonly #orders = new Map<string, LoggedOrder>();
  readonly #outcomeOf: ReadonlyMap<string, OutcomeName>;

  constructor(flow: Flow) {
    this.#flow = flow;
    this.#outcomeOf = new Map(
      Object.entries(flow.outcomes).map(([name, type]) => [type, name as OutcomeName] as const),
    );
  }

  readonly note = ({ subject, storedAt, headers }: StoredMessage): void => {
    const event = targetOf(this.#flow, subject);
    if (!event) return;
    const order: LoggedOrder = this.#orders.get(event.orderId) ?? {
      id: event.orderId,
      since: storedAt,
      outcomeIds: new Set<string>(),
    };
    this.#orders.set(order.id, order);
    const name = this.#outcomeOf.get(event.type);
    if (!name) return;
    order.outcome ??= { name, at: storedAt };
    order.outcomeIds.add(headers['ce-id'] ?? '');
  };

  get orders(): ReadonlyMap<string, LoggedOrder> {
    return this.#orders;
  }

  /** Orders without an outcome. */
  waiting(): LoggedOrder[] {
    return [...this.#orders.values()].filter(({ outcome }) => !outcome);
  }
}
