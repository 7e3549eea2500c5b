import type { Bus } from './bus.ts';
import type { Publisher } from './publisher.ts';

export type Publish = Publisher['publish'];

/** Around a publish. */
export type PublishMiddleware = (next: Publish) => Publish;

/** The same bus, whose publish goes through a middleware. */
export function withPublish(bus: Bus, middleware: PublishMiddleware): Bus {
  const publish = middleware((message, options) => bus.publish(message, options));
  return new Proxy(bus, { get: (real, key) => (key === 'publish' ? publish : Reflect.get(real, key)) });
}
