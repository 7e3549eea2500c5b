import type { PizzaEventData } from '#shared/contracts/pizza-flow.ts';

/** A correlator of the workshop. Each `await` in it is a point where other deliveries, other replicas and crashes come in. */
export interface Snippet {
  /** As `--kitchen` names it. */
  readonly name: string;
  /** What it does, in one line. */
  readonly does: string;
  /** The short types that it reacts to. Default: the fulfilment and the refusal of each requirement. */
  readonly consumes?: readonly string[];
  /** Called in each process that runs it. Nothing but the ports outlives the process. */
  readonly start: (ports: SnippetPorts) => Correlator;
}

export interface Correlator {
  /** One delivery of an event; the event is delivered again if this rejects or the process dies. */
  handleEvent(event: Delivered): Promise<void>;
  /** Called every five minutes in one of the processes, as by a scheduled rule of EventBridge. */
  onSchedule?(): Promise<void>;
  /** An item of the table expired and was removed; called again until it resolves, as a stream of DynamoDB does with a Lambda. */
  onRemoved?(item: OrderState): Promise<void>;
  /** A key of Redis expired; called once in each process that is alive, as a keyspace notification does. */
  onExpired?(key: string): Promise<void>;
}

export interface Delivered {
  readonly type: string;
  readonly data: Data;
}

export type Data = Readonly<Record<string, unknown>> & { readonly orderId: string };

/** What a snippet uses of Redis, of DynamoDB and of the event bus. Every call may fail, and may have been executed nevertheless. */
export interface SnippetPorts {
  readonly redis: {
    hset(key: string, field: string, value: string): Promise<void>;
    expire(key: string, seconds: number): Promise<void>;
    hgetall(key: string): Promise<Record<string, string>>;
    del(key: string): Promise<void>;
  };
  /** A table with the key `orderId`, which forgets nothing that it has answered. */
  readonly table: {
    get(orderId: string): Promise<OrderState | null>;
    /** With `seen`, a conditional write: false, and nothing is written, unless this is what is stored (null: nothing is). */
    put(item: OrderState, seen?: OrderState | null): Promise<boolean>;
    scan(matches: (item: OrderState) => boolean): Promise<OrderState[]>;
  };
  /** Publishes an event. Default id: a new one for each call. */
  emitEvent(event: Delivered, id?: string): Promise<void>;
  /** The host's clock, ms since the epoch. It runs so fast that ORDER_TIMEOUT is 30 minutes. */
  now(): number;
}

export type Requirement = 'payment' | 'inventory' | 'chef';

export interface OrderEvents {
  payment?: PizzaEventData['payment.completed'];
  inventory?: PizzaEventData['inventory.reserved'];
  chef?: PizzaEventData['chef.assigned'];
}

/** The workshop's item. */
export interface OrderState {
  orderId: string;
  events: OrderEvents;
  status: string;
  /** Seconds since the epoch. */
  ttl: number;
  createdAt: string;
  updatedAt: string;
}

/** Of an order's hash in Redis. */
export const keyOf = (orderId: string): string => `order:${orderId}:events`;
export const orderOfKey = (key: string): string => key.split(':')[1] ?? '';

interface Handlers {
  readonly fulfilled: (requirement: Requirement, data: Data) => Promise<void>;
  readonly refused: (requirement: Requirement, data: Data) => Promise<void>;
}

const fulfilments: Readonly<Record<string, Requirement>> = {
  'payment.completed': 'payment',
  'inventory.reserved': 'inventory',
  'chef.assigned': 'chef',
};
const refusals: Readonly<Record<string, Requirement>> = {
  'payment.failed': 'payment',
  'inventory.unavailable': 'inventory',
  'chef.unavailable': 'chef',
};

export const CONSUMED = [...Object.keys(fulfilments), ...Object.keys(refusals)];

/** Hands an event to one of two handlers. */
export const handlerOf = ({ fulfilled, refused }: Handlers): Correlator['handleEvent'] =>
  async function handleEvent({ type, data }) {
    const [done, refusal] = [fulfilments[type], refusals[type]];
    if (done) await fulfilled(done, data);
    else if (refusal) await refused(refusal, data);
  };
