import type { Flow } from '#shared/contracts/flow.ts';
import type { Bus, PublishOptions, WireMessage } from '#shared/messaging/bus.ts';
import { type Meters, observe } from './meters.ts';

/** Counts and times what is published; dead letters are no events and not among them. */
export function meteredBus(bus: Bus, { eventsPublished, publishSeconds }: Meters, flow: Flow, service: string): Bus {
  const labelsOf = new Map(Object.keys(flow.events).map((type) => [type, { service, type }]));
  const skip = flow.subjectPrefix.length + 1;

  async function publish(message: WireMessage, options?: PublishOptions) {
    const { subject } = message;
    const labels = labelsOf.get(subject.slice(skip, subject.lastIndexOf('.')));
    if (!labels || !subject.startsWith(flow.subjectPrefix)) return bus.publish(message, options);
    const startedAt = performance.now();
    try {
      const ack = await bus.publish(message, options);
      if (!ack.duplicate) eventsPublished.inc(labels);
      return ack;
    } finally {
      observe(publishSeconds, labels, (performance.now() - startedAt) / 1000);
    }
  }
  // Everything else is the bus itself, its getters included.
  return Object.create(bus, { publish: { value: publish, enumerable: true } }) as Bus;
}
