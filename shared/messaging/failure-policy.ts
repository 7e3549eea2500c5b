import { setTimeout as delay } from 'node:timers/promises';
import { deadLetterSubject, type Flow } from '#shared/contracts/flow.ts';
import { Terminal, Unavailable } from './faults.ts';
import type { Publisher, WireMessage } from './publisher.ts';
import type { Delivery } from './subscriber.ts';

export interface Settlement {
  /** What the process returned, or `retry` or `dead_letter`. */
  readonly outcome: string;
  readonly delivery: Delivery;
  /** Why it is a dead letter. */
  readonly reason?: string;
  readonly error?: unknown;
}

export interface FailurePolicyOptions {
  readonly bus: Pick<Publisher, 'publish'>;
  readonly flow: Flow;
  readonly service: string;
  readonly durable: string;
  /** Faults of one message, seen by this instance, after which it is a dead letter. */
  readonly maxFaults?: number;
  /** The durable's limit of deliveries: the last one is not wasted on another try. */
  readonly maxDeliver?: number;
  readonly now?: () => number;
  /** 0 <= x < 1 */
  readonly random?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
  readonly onSettled?: (settlement: Settlement) => void;
  /** A dependency is away and work is paused; called at each try. */
  readonly onPaused?: (error: Unavailable) => void;
  /** Aborted when the consumer drains: a paused message is nak'ed. */
  readonly stopping?: AbortSignal;
}

/** Wraps a delivery's handler: failure policy, telemetry, injected faults. */
export type Middleware = (next: (delivery: Delivery) => Promise<void>) => (delivery: Delivery) => Promise<void>;

const MAX_REMEMBERED = 10_000;
const MAX_ERROR_LENGTH = 500;

/**
 * Settles every delivery by how its processing ended. Resolved: acknowledged. Unavailable: kept and tried again until the
 * dependency is back; no fault is counted. Terminal: dead letter at once. Anything else: nak'ed with a growing,
 * jittered delay, and a dead letter after `maxFaults`. The message is terminated only when its dead letter is stored.
 */
export function createFailurePolicy(options: FailurePolicyOptions) {
  const { maxFaults = 5, maxDeliver = 64, random = Math.random, wait = delay, onSettled, onPaused, stopping } = options;
  /** Faults per stream sequence; forgotten when the message is settled for good. */
  const faults = new Map<number, number>();

  /** A message that another replica handled in the end stays in here, so the oldest entry is dropped when there are too many. */
  const remember = (sequence: number, count: number): void => {
    faults.set(sequence, count);
    const [oldest] = faults.keys();
    if (faults.size > MAX_REMEMBERED && oldest !== undefined) faults.delete(oldest);
  };

  /** Repeats the task while a dependency is away; undefined when the consumer stops meanwhile. */
  async function untilAvailable<T>(task: () => Promise<T>): Promise<{ value: T } | undefined> {
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      try {
        return { value: await task() };
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        onPaused?.(error);
      }
      if (stopping?.aborted) return undefined;
      await wait(pauseMs * (0.5 + random() / 2));
    }
  }

  async function deadLetter(delivery: Delivery, reason: string, error: unknown): Promise<void> {
    const letter = deadLetterOf(options, delivery, reason, error);
    const stored = await untilAvailable(() => options.bus.publish(letter));
    if (!stored) return delivery.nak(0);
    faults.delete(delivery.sequence);
    // A durable made anew begins with the first message. Its letter is kept, or was redriven: the broker reports nothing again.
    if (stored.value.duplicate) delivery.ack();
    else delivery.term(reason);
    onSettled?.({ outcome: 'dead_letter', delivery, reason, error });
  }

  async function failed(delivery: Delivery, error: unknown): Promise<void> {
    if (error instanceof Terminal) return deadLetter(delivery, error.reason, error);
    const count = (faults.get(delivery.sequence) ?? 0) + 1;
    if (count >= maxFaults || delivery.deliveryCount >= maxDeliver - 1)
      return deadLetter(delivery, 'retries-exhausted', error);
    remember(delivery.sequence, count);
    delivery.nak(Math.min(100 * 2 ** count, 5_000) * (0.5 + random() / 2));
    onSettled?.({ outcome: 'retry', delivery, error });
  }

  return (process: (delivery: Delivery) => Promise<string>) =>
    async (delivery: Delivery): Promise<void> => {
      try {
        const done = await untilAvailable(() => process(delivery));
        if (!done) return delivery.nak(0);
        faults.delete(delivery.sequence);
        delivery.ack();
        onSettled?.({ outcome: done.value, delivery });
      } catch (error) {
        await failed(delivery, error);
      }
    };
}

/**
 * A dead letter: the original bytes and headers, with its origin and the reason in further headers. Its own
 * `Nats-Msg-Id` is one per message and durable, so a second dead letter of the same message is dropped. The time tells the message
 * from one with the same sequence in a stream that was made anew.
 */
function deadLetterOf(options: FailurePolicyOptions, delivery: Delivery, reason: string, error: unknown): WireMessage {
  const { flow, service, durable, now = Date.now } = options;
  const { 'nats-msg-id': messageId, ...headers } = delivery.headers;
  const [, domain, action] = delivery.subject.split('.');
  const type = `${domain}.${action}`;
  return {
    subject: deadLetterSubject(service, Object.hasOwn(flow.events, type) ? type : 'unknown'),
    headers: {
      ...headers,
      ...(messageId && { 'Dlq-Msg-Id': messageId }),
      'Nats-Msg-Id': `dlq:${flow.stream}:${delivery.sequence}:${delivery.storedAt}:${durable}`,
      'Dlq-Reason': reason,
      'Dlq-Error': headerText(error instanceof Error ? error.message : String(error)),
      'Dlq-Service': service,
      'Dlq-Durable': durable,
      'Dlq-Subject': delivery.subject,
      'Dlq-Sequence': String(delivery.sequence),
      'Dlq-Deliveries': String(delivery.deliveryCount),
      'Dlq-Time': new Date(now()).toISOString(),
    },
    body: delivery.body,
  };
}

/** One line of printable ASCII: what a header can hold everywhere. */
const headerText = (text: string): string =>
  text
    .replaceAll(/[^ -~]+/g, ' ')
    .trim()
    .slice(0, MAX_ERROR_LENGTH);
