import type { Bus } from './bus.ts';
import type { Publisher } from './publisher.ts';

export type Publish = Publisher['publish'];

/** Around a publish. */
export type PublishMiddleware = (next: Publish) => Publish;

/** The same bus, whose publish goes through a middleware. */
export const withPublish = (bus: Bus, middleware: PublishMiddleware): Bus => ({
  get status() {
    return bus.status;
  },
  get connectedSince() {
    return bus.connectedSince;
  },
  publishWithinMs: bus.publishWithinMs,
  publish: middleware((message, options) => bus.publish(message, options)),
  consume: (consumer) => bus.consume(consumer),
  read: (subject, from) => bus.read(subject, from),
  follow: (filter, onMessage, options) => bus.follow(filter, onMessage, options),
  replay: (filters, first) => bus.replay(filters, first),
  lastSequence: () => bus.lastSequence(),
  settledUpTo: (durables) => bus.settledUpTo(durables),
  durableStates: (durables) => bus.durableStates(durables),
  deadLetters: (service) => bus.deadLetters(service),
  caughtUp: (durables, withinMs) => bus.caughtUp(durables, withinMs),
  close: () => bus.close(),
});
