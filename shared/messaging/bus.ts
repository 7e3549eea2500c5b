import type { BrokerInspector } from './broker-inspector.ts';
import type { Publisher } from './publisher.ts';
import type { StreamReader } from './stream-reader.ts';
import type { Subscriber } from './subscriber.ts';

/** The event backbone: durable, at least once, ordered by the stream's sequence. Implemented by JetStream and in memory. */
export interface Bus extends Publisher, Subscriber, StreamReader, BrokerInspector {
  /** Drains what is under way and closes. Nothing can be done with it afterwards. */
  close(): Promise<void>;
}

export type Publish = Publisher['publish'];

export type PublishMiddleware = (next: Publish) => Publish;

export function withPublish(bus: Bus, middleware: PublishMiddleware): Bus {
  const publish = middleware((message, options) => bus.publish(message, options));
  return new Proxy(bus, { get: (real, key) => (key === 'publish' ? publish : Reflect.get(real, key)) });
}
