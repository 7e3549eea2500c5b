import { subjectOf } from '#shared/contracts/flow.ts';
import type { PizzaEventData } from '#shared/contracts/pizza-flow.ts';
import { LastEntries } from '#shared/kernel/last-entries.ts';
import type { Tally } from '#shared/kernel/rules.ts';
import { type ReceivedEvent, readEvent } from '#shared/messaging/read-event.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';
import type { ServicePorts } from '#shared/runtime/service.ts';
import { roster } from '../../chef-service/roster.ts';
import { ingredientsOf, par } from '../../inventory-service/menu.ts';
import { CREDIT, SLOTS, STOCK } from './contract.ts';

type Order = Pick<PizzaEventData['order.created'], 'customerId' | 'pizzaType' | 'toppings' | 'size'>;
type Credit = { readonly creditLimit: number; readonly validUntil: string };

/** What the copies say about one order: as old as the copies are. */
export type Belief = {
  /** Ingredients of which the copy has too little. */
  readonly missing: readonly string[];
  /** Chefs without a free slot. */
  readonly busy: readonly string[];
  /** Of the customer; undefined: payment has told of none. */
  readonly credit?: Credit;
  /** Of the events that the copies were taken from; 0: none yet. */
  readonly stockSequence: number;
  readonly slotsSequence: number;
};

interface Copy {
  readonly units: Tally;
  /** When its owner counted, ms since the epoch, and the stream sequence of the event that tells it. */
  readonly at: number;
  readonly sequence: number;
}

export const COPIED = [STOCK, SLOTS, CREDIT];
const MAX_CUSTOMERS = 10_000;
/** Older messages are not read at the start: an owner has told its levels since, with every order. */
const READ_BACK = 100_000;

/** Copies of what other services own. Until an owner has told its levels they are those that it is configured to start with. */
export function createCopies() {
  const configured = (units: Tally): Copy => ({ units, at: 0, sequence: 0 });
  let stock = configured(par);
  let slots = configured(Object.fromEntries(roster.map(({ chefId, slots }) => [chefId, slots])));
  const credit = new LastEntries<Credit>(MAX_CUSTOMERS);
  return {
    /** The latest count is kept, in whatever order events come: owners count orders side by side. */
    apply({ type, event: { data, time }, sequence }: ReceivedEvent): void {
      const at = Date.parse(time);
      if (type === STOCK && at >= stock.at) stock = { units: data.stock as Tally, at, sequence };
      if (type === SLOTS && at >= slots.at) slots = { units: data.freeSlots as Tally, at, sequence };
      if (type === CREDIT) credit.set(String(data.customerId), data as Credit);
    },
    lookUp(order: Order): Belief {
      const ingredients = ingredientsOf(order);
      const needed = 'needed' in ingredients ? ingredients.needed : [];
      const limit = credit.get(order.customerId);
      return {
        missing: needed.filter((one) => (stock.units[one.ingredient] ?? 0) < one.quantity).map((one) => one.ingredient),
        busy: Object.keys(slots.units).filter((chefId) => slots.units[chefId] === 0),
        ...(limit && { credit: { creditLimit: limit.creditLimit, validUntil: limit.validUntil } }),
        stockSequence: stock.sequence,
        slotsSequence: slots.sequence,
      };
    },
  };
}

/** The copies of one replica, in memory: what the stream holds of them, then every event as it is stored, until the bus closes. */
export async function keepCopies({ flow, bus, log }: Pick<ServicePorts, 'flow' | 'bus' | 'log'>) {
  const copies = createCopies();
  const filters = COPIED.map((type) => subjectOf(flow, type, '*'));
  function apply(message: StoredMessage): void {
    try {
      copies.apply(readEvent(flow, message));
    } catch (err) {
      log.error({ err, sequence: message.sequence }, 'an event to copy cannot be read: the copy stays as it was');
    }
  }
  await using following = new AsyncDisposableStack();
  for (const filter of filters) following.use(disposable(await bus.follow(filter, apply)));
  const first = Math.max(1, (await bus.lastSequence()) - READ_BACK);
  for await (const message of bus.replay(filters, first)) apply(message);
  following.move();
  return copies;
}

const disposable = ({ stop }: { stop(): Promise<void> }): AsyncDisposable => ({ [Symbol.asyncDispose]: stop });
