import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { connect } from '@nats-io/transport-node';
import { contractOf, subjectOf } from '#shared/contracts/flow.ts';
import type { OrderRequest } from '#shared/contracts/order.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import { createJetStreamBus } from '#shared/messaging/jetstream/jetstream-bus.ts';
import { serverOf } from '#shared/messaging/jetstream/nats-link.ts';
import { brokerTimesOf } from '#shared/runtime/settings.ts';
import { type Stack, type StackOptions, startStack } from '#shared/stack/stack.ts';
import type { RunningVariant, Variant } from './variant.ts';

const HTTP_CONNECTIONS = 64;
/** The gateway answers at once: what is measured is the choreography. */
const ENVIRONMENT = { GATEWAY_LATENCY: '0ms', ORDER_TIMEOUT: '10m' };

type Driver = Pick<RunningVariant, 'submit'> & { readonly close: () => Promise<void> | void };

interface Choreography extends Pick<StackOptions, 'env' | 'services'> {
  readonly openDriver: (stack: Stack) => Promise<Driver> | Driver;
}

/** Starts the stack as `npm start` does, on fresh servers; the driver creates the orders. */
export const choreography =
  ({ openDriver, env = {}, services }: Choreography): Variant['start'] =>
  async ({ onReady, onLine, signal, env: added }) => {
    await using starting = new AsyncDisposableStack();
    const deaths = Promise.withResolvers<never>();
    deaths.promise.catch(() => undefined);
    const stack = starting.use(
      await startStack({
        env: { ...ENVIRONMENT, ...env, ...added },
        ...(services && { services }),
        onLine: (_service, line) => onLine(line),
        onDeath: (sentence) => deaths.reject(new Error(sentence)),
        signal,
      }),
    );
    starting.defer(await watchReady(stack, onReady));
    const { submit, close } = await openDriver(stack);
    starting.defer(async () => close());
    signal.throwIfAborted();
    const running = starting.move();
    const measured = stack.services.map(({ name, pid, adminUrl }) => ({
      name: name.replace('-service', ''),
      pid,
      metricsUrl: `${adminUrl}/metrics`,
    }));
    return {
      submit,
      processes: [...measured, ...stack.servers.map(({ name, pid }) => ({ name: name.replace('-server', ''), pid }))],
      failed: deaths.promise,
      [Symbol.asyncDispose]: () => running.disposeAsync(),
    };
  };

/** The driver publishes the start of each order itself, as the intake would. */
export async function direct({ pattern, settings, nats }: Stack): Promise<Driver> {
  const { flow } = pattern;
  const source = contractOf(flow, flow.start).owner;
  const bus = await createJetStreamBus({ url: nats.url, flow, name: source, ...brokerTimesOf(settings) });
  let created = 0;
  const submit = async (order: OrderRequest) => {
    const orderId = `bench-${created++}`;
    const draft = { type: flow.start, data: { orderId, ...order } };
    await bus.publish(toWire(flow, buildEvent(flow, draft, { orderId, source, now: Date.now() })));
    return orderId;
  };
  return { submit, close: () => bus.close() };
}

/** `POST /orders` over keep-alive connections. @throws Error on any status but 202 */
export function overHttp({ orderUrl }: Stack): Driver {
  const agent = new Agent({ keepAlive: true, maxSockets: HTTP_CONNECTIONS });
  const headers = { 'content-type': 'application/json' };
  const submit = (order: OrderRequest) =>
    new Promise<string>((resolve, reject) => {
      request(`${orderUrl}/orders`, { method: 'POST', agent, headers }, async (response) => {
        const body = await text(response);
        if (response.statusCode === 202) resolve(JSON.parse(body).orderId);
        else reject(new Error(`the intake answered ${response.statusCode}: ${body}`));
      })
        .on('error', reject)
        .end(JSON.stringify(order));
    });
  return { submit, close: () => agent.destroy() };
}

/** A core NATS subscription receives every publish, also those that the stream drops as duplicates. */
async function watchReady({ pattern: { flow }, nats }: Stack, onReady: (orderId: string) => void) {
  const connection = await connect(serverOf(nats.url));
  connection.subscribe(subjectOf(flow, flow.outcomes.ready, '*'), {
    callback: (_error, { subject }) => onReady(subject.slice(subject.lastIndexOf('.') + 1)),
  });
  await connection.flush();
  return () => connection.close();
}
