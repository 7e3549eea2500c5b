import type { Flow } from '#shared/contracts/flow.ts';
import type { PublishMiddleware } from '#shared/messaging/with-publish.ts';
import { type Meters, seriesOf } from './meters.ts';

/** Counts and times what is published; dead letters are no events and not among them. */
export function meteredPublish(meters: Meters, flow: Flow, service: string): PublishMiddleware {
  const meterOf = new Map(
    Object.keys(flow.events).map((type) => {
      const labels = { service, type };
      return [`${flow.subjectPrefix}.${type}`, { labels, seconds: seriesOf(meters.publishSeconds, labels) }];
    }),
  );
  return (next) =>
    async function metered(message, options) {
      const meter = meterOf.get(message.subject.slice(0, message.subject.lastIndexOf('.')));
      if (!meter) return next(message, options);
      const startedAt = performance.now();
      try {
        const ack = await next(message, options);
        if (!ack.duplicate) meters.eventsPublished.inc(meter.labels);
        return ack;
      } finally {
        meter.seconds((performance.now() - startedAt) / 1000);
      }
    };
}
