import { afterAll, beforeAll } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { createJetStreamBus } from '#shared/messaging/jetstream/jetstream-bus.ts';
import { startNats } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { liveContract } from './live.contract.ts';

let nats: NativeServer;
beforeAll(async () => {
  nats = await startNats();
});
afterAll(() => nats.stop());

const retention = { retentionMs: 7_200_000, deadLetterRetentionMs: 7_200_000 };
liveContract(() =>
  createJetStreamBus({
    url: nats.url,
    flow: pizzaFlow,
    name: 'order-service',
    ackWaitMs: 1_000,
    askWithinMs: 10_000,
    ...retention,
  }),
);
