import type { Logger } from 'pino';
import { type Flow, subjectOf } from '#shared/contracts/flow.ts';
import { atMostEvery, type Clock } from '#shared/kernel/clock.ts';
import type { Instrumentation } from '#shared/kernel/instrumentation.ts';
import { createFailurePolicy } from '#shared/messaging/failure-policy.ts';
import { Terminal } from '#shared/messaging/faults.ts';
import type { Publisher } from '#shared/messaging/publisher.ts';
import type { Consumption, Delivery, Subscriber } from '#shared/messaging/subscriber.ts';
import type { Settings } from './settings.ts';

type Process = (delivery: Delivery) => Promise<string>;

export interface EventConsumer extends Clock {
  readonly flow: Flow;
  /** Also the name of the durable. */
  readonly service: string;
  /** The short types that it consumes, at least one. */
  readonly types: readonly string[];
  readonly bus: Pick<Publisher, 'publish'> & Pick<Subscriber, 'consume'>;
  readonly settings: Pick<Settings, 'CONCURRENCY'>;
  readonly log: Logger;
  readonly instrumentation: Pick<Instrumentation, 'delivery' | 'settled'>;
  /** Aborted when the consumer drains. */
  readonly stopping: AbortSignal;
  /** Resolves with the outcome; may throw as the failure policy expects it. */
  readonly process: Process;
}

const LOG_PAUSE_EVERY_MS = 5_000;

/** Consumes these types by the service's one durable. What is done for a type is prepared once; the subject tells it. */
export function consumeEvents(consumer: EventConsumer): Promise<Consumption> {
  const { flow, service, types, bus, settings, log, instrumentation, process, monotonic } = consumer;
  // Called at each try of each message: an outage is not to become thousands of lines.
  const onPaused = atMostEvery(LOG_PAUSE_EVERY_MS, monotonic, (err: Error) =>
    log.warn({ err }, 'paused: a dependency is away'),
  );
  /** What a delivery passes through: span, metrics, injected faults, failure policy, then read and react. */
  function handlerOf(type: string, task: Process) {
    const name = { service, durable: service, type };
    const safely = createFailurePolicy({
      ...consumer,
      durable: service,
      onPaused,
      onSettled: (settlement) => instrumentation.settled(name, settlement),
    });
    return instrumentation.delivery(name)(safely(task));
  }
  const handleUnknown = handlerOf('unknown', async ({ subject }) => {
    throw new Terminal('unknown-type', `subject ${subject} is of no type that ${service} consumes`);
  });
  /** Subject without its last token -> handler. */
  const byType = new Map(types.map((type) => [withoutOrder(subjectOf(flow, type, '*')), handlerOf(type, process)]));
  return bus.consume({
    durable: service,
    filters: types.map((type) => subjectOf(flow, type, '*')),
    concurrency: settings.CONCURRENCY,
    handle: (delivery) => (byType.get(withoutOrder(delivery.subject)) ?? handleUnknown)(delivery),
    onFault: (err) => log.error({ err, durable: service }, 'a consumer is in trouble; it goes on when that is over'),
  });
}

const withoutOrder = (subject: string): string => subject.slice(0, subject.lastIndexOf('.'));
