import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import { createJetStreamBus, type JetStreamBusOptions } from '#shared/messaging/jetstream/jetstream-bus.ts';
import { startNats } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';

export const ackWaitMs = 1_000;

/** A NATS of its own, and a bus that is connected to it; `connect` opens others. */
export interface Broker extends AsyncDisposable {
  readonly nats: NativeServer;
  readonly bus: Bus;
  connect(change?: Partial<JetStreamBusOptions>): Promise<Bus>;
}

export async function startBroker(): Promise<Broker> {
  const nats = await startNats();
  const retention = { retentionMs: 7_200_000, deadLetterRetentionMs: 7_200_000 };
  const connect = (change: Partial<JetStreamBusOptions> = {}) =>
    createJetStreamBus({ url: nats.url, flow: pizzaFlow, name: 'test', ackWaitMs, ...retention, ...change });
  const bus = await connect();
  return {
    nats,
    bus,
    connect,
    async [Symbol.asyncDispose]() {
      await bus.close();
      await nats.stop();
    },
  };
}

export const message = (subject: string, id: string) => ({ subject, headers: { 'Nats-Msg-Id': id }, body: id });
export const text = ({ body }: { body: Uint8Array }) => Buffer.from(body).toString();
