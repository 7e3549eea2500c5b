import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { findProgram } from '#shared/stack/programs/programs.ts';
import { askPrometheus } from '#shared/stack/servers/ask-prometheus.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { expectAtRest } from '#shared/testing/at-rest.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { type OrderStream, startOrderStream } from '#shared/testing/order-stream.ts';
import { observeStack } from '#shared/testing/real-backend.ts';

const prometheusRuns = (await findProgram('prometheus')) !== undefined;
const WITHIN_MS = 60_000;
/** About 20 orders a second. */
const CUSTOMERS = 1;

/** Whatever Redis answers, in words that no list has, is its trouble: work pauses, is told, and no message is blamed. */
describe.runIf(prometheusRuns)('under a stream of orders, a store that', { timeout: 240_000 }, () => {
  const lines: string[] = [];
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  const { services } = choreography;
  let stack: Stack;
  let admin: Redis;
  let orders: OrderStream;

  beforeAll(async () => {
    proxy = await startProxy();
    stack = await startStack({
      env: { ORDER_TIMEOUT: '180s', ACK_WAIT: '2s', LOG_LEVEL: 'warn' },
      prometheus: true,
      route: async (_service, { REDIS_URL = '', ...urls }) => ({ ...urls, REDIS_URL: proxy.to(REDIS_URL) }),
      onLine: (_service, line) => lines.push(line),
    });
    admin = new Redis(stack.redis.url);
    orders = startOrderStream(stack.orderUrl ?? '', pizzaFlow, CUSTOMERS);
  });
  afterAll(async () => {
    admin?.disconnect();
    await stack?.[Symbol.asyncDispose]();
    proxy?.close();
  });

  const ask = (query: string) => askPrometheus(stack.prometheus?.url ?? '', query);
  const consumers = () => services.filter(({ reacts }) => Object.keys(reacts(pizzaFlow)).length > 0);
  /** By service: scrapes that found no store. */
  const unanswered = async () =>
    new Map((await ask('pizza_scrape_errors_total{source="store"}')).map((one) => [one.labels.service, one.value]));
  const eachUser = (...rules: string[]) =>
    Promise.all(services.map(({ name }) => admin.call('ACL', 'SETUSER', name, ...rules)));

  it.each([
    {
      does: 'takes no clients',
      words: /store is away/,
      refuse: async () => {
        await admin.config('SET', 'maxclients', '1');
        await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      },
      serve: () => admin.config('SET', 'maxclients', '10000'),
    },
    {
      does: 'forbids the scripts',
      words: /NOPERM/,
      refuse: () => eachUser('-evalsha', '-eval'),
      serve: () => admin.call('ACL', 'LOAD'),
    },
    {
      does: 'answers something new',
      words: /ERR something new/,
      refuse: async () => proxy.answer('-ERR something new\r\n'),
      serve: async () => proxy.pass(),
    },
  ])('$does is away: it is told, and an alert names it', async ({ words, refuse, serve }) => {
    await orders.more(40);
    const before = await unanswered();
    const rose = async () => {
      const now = await unanswered();
      return consumers().every(({ name }) => (now.get(name) ?? 0) > (before.get(name) ?? 0)) || undefined;
    };
    const told = async () => lines.some((line) => /a dependency is away/.test(line) && words.test(line)) || undefined;
    const alert = 'ALERTS{alertname="DependencyAway", source="store", alertstate="firing"}';
    await refuse();
    try {
      await eventually(told, 'a line of log', WITHIN_MS);
      await eventually(rose, 'every service to count scrapes without a store', WITHIN_MS);
      await eventually(async () => (await ask(alert))[0], 'the alert', WITHIN_MS);
      // It lasts: what is ordered meanwhile waits.
      await orders.more(100);
    } finally {
      await serve();
    }
    await orders.more(40);
  });

  it('and then every order is ready, and there is no dead letter', async () => {
    await orders.stop();
    await using running = await observeStack(stack, pizzaFlow, services);
    const accepted = [...orders.accepted];
    await expectAtRest(running, pizzaFlow, services, accepted);
    expect((await running.counters('kitchen-service')).counters['stage:ready']).toBe(accepted.length);
    expect(await Promise.all(services.map(({ name }) => running.bus.deadLetters(name)))).toEqual(services.map(() => 0));
  });
});

/** In the way to a Redis: passes everything on, or answers every command itself. */
async function startProxy() {
  const sockets = new Set<Socket>();
  let target = 0;
  let invented: string | undefined;
  const server = createServer((client) => {
    const redis = connect(target, '127.0.0.1');
    client.on('data', (bytes) => {
      if (invented === undefined) redis.write(bytes);
      else client.write(invented.repeat(commandsIn(bytes)));
    });
    redis.on('data', (bytes) => {
      if (invented === undefined) client.write(bytes);
    });
    for (const [one, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => sockets.delete(one) && other.destroy());
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    /** Where the Redis at this URL is reached through it. */
    to(url: string): string {
      target = Number(new URL(url).port);
      return `redis://127.0.0.1:${(server.address() as { port: number }).port}`;
    },
    answer(text: string) {
      invented = text;
    },
    /** Connections whose answers are out of step are broken off. */
    pass() {
      invented = undefined;
      for (const socket of sockets) socket.destroy();
    },
    close: () => server.close(),
  };
}

/** Commands that begin in these bytes: arrays of RESP whose first element is a string. */
const commandsIn = (bytes: Buffer): number => bytes.toString('latin1').match(/^\*\d+\r\n\$/gm)?.length ?? 0;
