import { connect } from '@nats-io/transport-node';
import { subjectOf } from '#shared/contracts/flow.ts';
import type { OrderRequest } from '#shared/contracts/order.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import { createJetStreamBus } from '#shared/messaging/jetstream/jetstream-bus.ts';
import { serverOf } from '#shared/messaging/jetstream/nats-link.ts';
import { brokerTimesOf } from '#shared/runtime/settings.ts';
import { type Stack, type StackOptions, startStack } from '#shared/stack/stack.ts';
import { openHttpConnections } from './http-connections.ts';
import type { OnReady, RunningVariant, Variant } from './variant.ts';

const HTTP_CONNECTIONS = 64;
/** The services as they are, but for a gateway that answers at once: what is measured is the choreography. */
const ENVIRONMENT = { GATEWAY_LATENCY: '0ms', ORDER_TIMEOUT: '10m' };

type Driver = Pick<RunningVariant, 'submit' | 'connections'> & { readonly close: () => Promise<void> | void };

/** The driver publishes order.created itself, as order-service would. */
export const direct: Variant = { name: 'choreography direct', start: starter({}, publishDirectly) };

/** POST /orders over keep-alive connections. */
export const overHttp: Variant = { name: 'choreography over HTTP', start: starter({}, postOrders) };

/** As direct, but every service handles one message at a time. */
export const serial: Variant = { name: 'serial consumer', start: starter({ CONCURRENCY: '1' }, publishDirectly) };

/** Starts the stack with these variables, and what is told of its services; orders come by the driver. */
export function starter(
  own: Record<string, string>,
  openDriver: (stack: Stack) => Promise<Driver>,
  options: Pick<StackOptions, 'services' | 'onLine'> = {},
): Variant['start'] {
  return async (onReady, signal, added) => {
    await using starting = new AsyncDisposableStack();
    const deaths = Promise.withResolvers<never>();
    deaths.promise.catch(() => undefined);
    const onDeath = (sentence: string) => deaths.reject(new Error(sentence));
    const env = { ...ENVIRONMENT, ...own, ...added };
    const stack = starting.use(await startStack({ ...options, env, onDeath, signal }));
    starting.defer(await watchReady(stack.nats.url, onReady));
    const { submit, connections, close } = await openDriver(stack);
    starting.defer(async () => close());
    signal.throwIfAborted();
    const running = starting.move();
    return {
      submit,
      ...(connections && { connections }),
      processes: [
        ...stack.services.map(({ name, pid, adminUrl }) => ({
          name: name.replace('-service', ''),
          pid,
          metricsUrl: `${adminUrl}/metrics`,
        })),
        { name: 'nats', pid: stack.nats.pid },
        { name: 'redis', pid: stack.redis.pid },
      ],
      redisUrl: stack.redis.url,
      failed: deaths.promise,
      [Symbol.asyncDispose]: () => running.disposeAsync(),
    };
  };
}

async function publishDirectly({ settings, nats }: Stack): Promise<Driver> {
  const source = 'order-service';
  const bus = await createJetStreamBus({
    url: nats.url,
    flow: pizzaFlow,
    name: source,
    ...brokerTimesOf(settings),
  });
  let created = 0;
  const submit = async (order: OrderRequest) => {
    const orderId = `bench-${created++}`;
    const draft = { type: pizzaFlow.start, data: { orderId, ...order } };
    await bus.publish(toWire(pizzaFlow, buildEvent(pizzaFlow, draft, { orderId, source, now: Date.now() })));
    return orderId;
  };
  return { submit, close: () => bus.close() };
}

export async function postOrders({ orderUrl }: Stack): Promise<Driver> {
  if (!orderUrl) throw new Error('no service takes orders over HTTP');
  const http = await openHttpConnections(`${orderUrl}/orders`, HTTP_CONNECTIONS);
  const submit = async (order: OrderRequest) => String((await http.post(JSON.stringify(order))).orderId);
  return { submit, connections: HTTP_CONNECTIONS, close: () => http.close() };
}

/** Core NATS hears every publish, also those that the stream drops as duplicates. */
async function watchReady(url: string, onReady: OnReady): Promise<() => Promise<void>> {
  const connection = await connect(serverOf(url));
  connection.subscribe(subjectOf(pizzaFlow, pizzaFlow.outcomes.ready, '*'), {
    callback: (_error, { subject }) => onReady(subject.slice(subject.lastIndexOf('.') + 1)),
  });
  await connection.flush();
  return () => connection.close();
}
