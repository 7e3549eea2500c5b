import type { Instrumentation } from '#shared/kernel/instrumentation.ts';

/** Both as one, the outer around the inner: the inner one observes within the spans of the outer. */
export const combineInstrumentation = (outer: Instrumentation, inner: Instrumentation): Instrumentation => ({
  delivery: (consumer) => {
    const around = outer.delivery(consumer);
    const within = inner.delivery(consumer);
    return (next) => around(within(next));
  },
  settled: (consumer, settlement) => {
    outer.settled(consumer, settlement);
    inner.settled(consumer, settlement);
  },
  publish: (next) => outer.publish(inner.publish(next)),
  store: (store, service) => outer.store(inner.store(store, service), service),
  traceparent: () => outer.traceparent() ?? inner.traceparent(),
  attending: (orderId, attend) => outer.attending(orderId, () => inner.attending(orderId, attend)),
  milestone: (orderId, milestone) => {
    outer.milestone(orderId, milestone);
    inner.milestone(orderId, milestone);
  },
  rebuilding: (progress) => {
    outer.rebuilding?.(progress);
    inner.rebuilding?.(progress);
  },
  injected: (injection) => {
    outer.injected?.(injection);
    inner.injected?.(injection);
  },
  http: (server) => {
    outer.http?.(server);
    inner.http?.(server);
  },
});
