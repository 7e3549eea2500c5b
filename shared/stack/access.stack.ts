import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deadLetterSubject, durableOf, emittedBy, subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { bareUrl, withUser } from '#shared/host/credentials.ts';
import type { Service } from '#shared/host/service.ts';
import { readSettings } from '#shared/host/settings.ts';
import { createJetStreamBus } from '#shared/messaging/jetstream-bus.ts';
import { serverOf } from '#shared/messaging/nats-link.ts';
import { inboxPrefixOf } from '#shared/messaging/permissions.ts';
import { eventStreams } from '#shared/messaging/topology.ts';
import { type Access, createAccess, rightsOf } from './access.ts';
import { credentialsFile, MONITOR, OPERATOR, SET_UP } from './credentials-files.ts';
import { loadServices } from './load-services.ts';
import { type NativeServer, startNats, startRedis } from './native-server.ts';
import { knownServices } from './service-plan.ts';
import { setUpFlow } from './set-up-flow.ts';

const flow = pizzaFlow;
const { stream } = flow;
const names = knownServices();
const settings = readSettings({});
const types = Object.keys(flow.events);

let folder: string;
let services: readonly Service[];
let access: Access;
let nats: NativeServer;
let redis: NativeServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pizza-test-'));
  services = await loadServices(flow);
  access = await createAccess(rightsOf(flow, services), (user) => credentialsFile(folder, user));
  const as = (server: 'nats' | 'redis') => ({
    user: OPERATOR,
    password: access.credentials.get(OPERATOR)?.[server] ?? '',
  });
  nats = await startNats({
    access: { users: access.natsUsers, as: as('nats') },
    prepare: (url) => setUpFlow(urlOf(url, SET_UP, 'nats'), settings, services),
  });
  redis = await startRedis({ access: { users: access.redisUsers, as: as('redis') } });
});
afterAll(async () => {
  await nats?.stop();
  await redis?.stop();
  await rm(folder, { recursive: true, force: true });
});

const urlOf = (url: string, user: string, server: 'nats' | 'redis') =>
  withUser(bareUrl(url), user, access.credentials.get(user)?.[server]);
const durablesOf = (name: string) =>
  Object.keys(services.find((service) => service.name === name)?.reacts(flow) ?? {}).map((type) =>
    durableOf(name, type),
  );
const foreignDurables = (name: string) => names.filter((other) => other !== name).flatMap(durablesOf);

async function connectAs(user: string): Promise<NatsConnection> {
  return connect({ ...serverOf(urlOf(nats.url, user, 'nats')), inboxPrefix: inboxPrefixOf(user) });
}

/** Which of these the broker refuses to this user. */
async function refused(
  user: string,
  operation: 'publish' | 'subscription',
  subjects: readonly string[],
): Promise<string[]> {
  const nc = await connectAs(user);
  const violations = new Set<string>();
  const status = nc.status();
  const heard = (async () => {
    for await (const event of status)
      if (
        event.type === 'error' &&
        event.error instanceof PermissionViolationError &&
        event.error.operation === operation
      )
        violations.add(event.error.subject);
  })();
  for (const subject of subjects)
    if (operation === 'publish') nc.publish(subject, '{}');
    else nc.subscribe(subject, { callback: () => undefined });
  await nc.flush();
  await nc.close();
  await heard;
  return subjects.filter((subject) => violations.has(subject));
}

const api = (...calls: string[]) => calls.map((call) => `$JS.API.${call}`);
const manageStreams = eventStreams(flow).flatMap((name) =>
  api(
    `STREAM.CREATE.${name}`,
    `STREAM.UPDATE.${name}`,
    `STREAM.DELETE.${name}`,
    `STREAM.PURGE.${name}`,
    `STREAM.MSG.DELETE.${name}`,
  ),
);

describe.each(names)('NATS lets %s', (name) => {
  it('publish no event of another service, and each of its own', async () => {
    const own = emittedBy(flow, name).map((type) => subjectOf(flow, type, '12345'));
    const foreign = types.map((type) => subjectOf(flow, type, '12345')).filter((subject) => !own.includes(subject));
    expect(foreign.length + own.length).toBe(types.length);
    expect(await refused(name, 'publish', foreign)).toEqual(foreign);
    expect(await refused(name, 'publish', own)).toEqual([]);
  });

  it('write no dead letter in the name of another', async () => {
    const letters = (of: string) => types.map((type) => deadLetterSubject(of, type));
    const foreign = names.filter((other) => other !== name).flatMap(letters);
    expect(await refused(name, 'publish', foreign)).toEqual(foreign);
    expect(await refused(name, 'publish', letters(name))).toEqual([]);
  });

  it('use no durable of another: neither pull, nor acknowledge, nor change, nor remove', async () => {
    const uses = (durable: string) => [
      ...api(`CONSUMER.INFO.${stream}.${durable}`, `CONSUMER.MSG.NEXT.${stream}.${durable}`),
      ...api(`CONSUMER.CREATE.${stream}.${durable}`),
      ...types.map((type) => `$JS.API.CONSUMER.CREATE.${stream}.${durable}.${subjectOf(flow, type, '*')}`),
      ...api(`CONSUMER.DURABLE.CREATE.${stream}.${durable}`, `CONSUMER.DELETE.${stream}.${durable}`),
      `$JS.ACK.${stream}.${durable}.1.1.1.1.0`,
      `$JS.ACK._.hash.${stream}.${durable}.1.1.1.1.0`,
    ];
    const foreign = foreignDurables(name).flatMap(uses);
    expect(foreign.length).toBeGreaterThan(0);
    expect(await refused(name, 'publish', foreign)).toEqual(foreign);
  });

  it('remove or change not even its own durables, and no stream', async () => {
    const own = durablesOf(name).flatMap((durable) =>
      api(`CONSUMER.DELETE.${stream}.${durable}`, `CONSUMER.DURABLE.CREATE.${stream}.${durable}`),
    );
    const all = [...own, ...manageStreams, ...api('STREAM.CREATE.OTHER', 'ACCOUNT.PURGE.x'), '$SYS.REQ.SERVER.PING'];
    expect(await refused(name, 'publish', all)).toEqual(all);
  });

  it('read again what it consumes and publishes, and all only if it follows the stream', async () => {
    const { reacts, followsStream = false } = services.find((service) => service.name === name) as Service;
    const read = (type: string) => `$JS.API.CONSUMER.CREATE.${stream}.some-name.${subjectOf(flow, type, '*')}`;
    const own = [...Object.keys(reacts(flow)), ...emittedBy(flow, name)];
    const foreign = types.filter((type) => !own.includes(type)).map(read);
    expect(await refused(name, 'publish', own.map(read))).toEqual([]);
    expect(await refused(name, 'publish', foreign)).toEqual(followsStream ? [] : foreign);
  });

  it('hear what is sent to itself alone', async () => {
    const foreign = [
      '>',
      `${flow.subjectPrefix}.>`,
      'dlq.>',
      '$JS.API.>',
      '_INBOX.>',
      ...names.filter((other) => other !== name).map((other) => `${inboxPrefixOf(other)}.>`),
    ];
    expect(await refused(name, 'subscription', foreign)).toEqual(foreign);
    expect(await refused(name, 'subscription', [`${inboxPrefixOf(name)}.>`])).toEqual([]);
  });
});

describe('NATS', () => {
  it('lets the operator read all and redrive, but manage no stream', async () => {
    // What is redriven leaves, the broker's own word on it included.
    const removesLetters = /PURGE\..*_DLQ$|MSG\.DELETE\..*_(DLQ|ADVISORIES)$/;
    const others = manageStreams.filter((call) => !removesLetters.test(call));
    expect(others).toHaveLength(manageStreams.length - 3);
    expect(await refused(OPERATOR, 'publish', manageStreams)).toEqual(others);
    expect(await refused(OPERATOR, 'subscription', ['>'])).toEqual([]);
    expect(await refused(OPERATOR, 'publish', [subjectOf(flow, flow.start, 'x')])).toEqual([]);
  });

  it('lets the set-up publish no event', async () => {
    const all = types.map((type) => subjectOf(flow, type, '12345'));
    expect(await refused(SET_UP, 'publish', all)).toEqual(all);
  });

  it.each([
    ['without credentials', (url: string) => bareUrl(url)],
    ['with a wrong password', (url: string) => withUser(bareUrl(url), 'payment-service', 'wrong')],
    ['known to Redis alone', (url: string) => urlOf(url, MONITOR, 'nats')],
  ])('refuses a client %s', async (_, change) => {
    const failure = await connect({ ...serverOf(change(nats.url)), reconnect: false }).catch((error: Error) => error);
    expect(String(failure)).toMatch(/Authorization Violation/i);
  });

  it('tells a service that is not admitted what to do', async () => {
    const url = bareUrl(nats.url);
    const opening = createJetStreamBus({
      url,
      flow,
      name: 'test',
      ackWaitMs: 5_000,
      retentionMs: 1,
      deadLetterRetentionMs: 1,
    });
    await expect(opening).rejects.toThrow(/does not admit a client without credentials: .*CREDENTIALS_FILE/);
  });
});

describe.each(names)('Redis lets %s', (name) => {
  const inRedis = async <T>(work: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(urlOf(redis.url, name, 'redis'), { disableClientInfo: true });
    try {
      return await work(client);
    } finally {
      client.disconnect();
    }
  };
  const refusal = (asked: Promise<unknown>) =>
    asked.then(
      () => 'done',
      (error: Error) => error.message,
    );

  it('touch keys of its own prefix only, by scripts only', async () => {
    await inRedis(async (client) => {
      const script = "return redis.call('HSET', KEYS[1], 'field', 'value')";
      expect(await refusal(client.eval(script, 1, `${name}:{p0}:key`))).toBe('done');
      for (const other of [...names.filter((each) => each !== name), `${name}2`, 'payment-gateway2']) {
        expect(await refusal(client.eval(script, 1, `${other}:{p0}:key`)), other).toMatch(/NOPERM/);
        // Not even undeclared.
        const hidden = script.replace('KEYS[1]', `'${other}:{p0}:key'`);
        expect(await refusal(client.eval(hidden, 1, `${name}:{p0}:key`)), other).toMatch(
          /can't access|No permissions|NOPERM/i,
        );
      }
    });
  });

  it('do nothing that the store does not need', async () => {
    await inRedis(async (client) => {
      for (const [command, ...args] of [
        ['FLUSHALL'],
        ['FLUSHDB'],
        ['CONFIG', 'GET', '*'],
        ['KEYS', '*'],
        ['SCAN', '0'],
        ['ACL', 'LIST'],
        ['SHUTDOWN'],
        ['SAVE'],
        ['CLIENT', 'LIST'],
        ['SCRIPT', 'FLUSH'],
        ['MONITOR'],
        ['RENAME', `${name}:a`, `${name}:b`],
        ['APPEND', `${name}:a`, 'x'],
      ] as [string, ...string[]][])
        expect(await refusal(client.call(command, ...args)), command).toMatch(/NOPERM/);
    });
  });
});

describe('Redis', () => {
  it('has after a restart what the script of a service wrote in several places', async () => {
    const write = "redis.call('SET', KEYS[1], 'kept') redis.call('HSET', KEYS[2], 'field', 'kept')";
    const client = new Redis(urlOf(redis.url, 'kitchen-service', 'redis'));
    await client.eval(write, 2, 'kitchen-service:a', 'kitchen-service:b');
    client.disconnect();
    await redis.restart();
    const operator = new Redis(redis.url);
    expect(await operator.get('kitchen-service:a')).toBe('kept');
    expect(await operator.hget('kitchen-service:b', 'field')).toBe('kept');
    operator.disconnect();
  });

  it('keeps the gateway’s journal to payment-service', async () => {
    for (const name of names) {
      const client = new Redis(urlOf(redis.url, name, 'redis'));
      const asked = client.eval("return redis.call('HGETALL', KEYS[1])", 1, 'payment-gateway:{p0}:key');
      if (name === 'payment-service') expect(await asked).toEqual([]);
      else await expect(asked, name).rejects.toThrow(/NOPERM/);
      client.disconnect();
    }
  });

  it('lets a monitor look at the server and at no key', async () => {
    const client = new Redis(urlOf(redis.url, MONITOR, 'redis'));
    expect(await client.ping()).toBe('PONG');
    await expect(client.get('payment-service:a')).rejects.toThrow(/NOPERM/);
    client.disconnect();
  });

  it.each([
    ['without credentials', (url: string) => bareUrl(url), /NOAUTH/],
    ['with a wrong password', (url: string) => withUser(bareUrl(url), 'payment-service', 'wrong'), /WRONGPASS/],
    ['known to NATS alone', (url: string) => urlOf(url, SET_UP, 'redis'), /WRONGPASS/],
  ])('refuses a client %s', async (_, change, reason) => {
    const client = new Redis(change(redis.url), { protocol: 2, retryStrategy: () => null, enableReadyCheck: false });
    const errors: string[] = [];
    client.on('error', ({ message }) => errors.push(message));
    const answer = await client.ping().catch(({ message }: Error) => message);
    expect([answer, ...errors].join()).toMatch(reason);
    client.disconnect();
  });
});

it.each(['SIGTERM', 'SIGKILL'] as const)(
  'what a service wrote is there after Redis was ended by %s',
  async (signal) => {
    const name = 'kitchen-service';
    await using server = await startRedis({
      access: {
        users: access.redisUsers,
        as: { user: OPERATOR, password: access.credentials.get(OPERATOR)?.redis ?? '' },
      },
    });
    const client = new Redis(urlOf(server.url, name, 'redis'), { disableClientInfo: true });
    // Two writes of one script: Redis keeps them as a transaction.
    const script = "redis.call('HSET', KEYS[1], 'a', '1') return redis.call('HSET', KEYS[2], 'b', '2')";
    await client.eval(script, 2, `${name}:{p0}:one`, `${name}:{p0}:two`);
    client.disconnect();
    // Its file is synced every second: to be seen there by a process that was ended, it must only be written.
    await server.restart(signal);
    const operator = new Redis(server.url, { disableClientInfo: true });
    expect(await operator.dbsize()).toBe(2);
    operator.disconnect();
  },
);

describe('credentials', () => {
  it('are read by their owner alone, and stay as they are at the next start', async () => {
    const text = () => readFile(credentialsFile(folder, 'payment-service'), 'utf8');
    const before = await text();
    expect((await stat(credentialsFile(folder, 'payment-service'))).mode & 0o777).toBe(0o600);
    await createAccess(rightsOf(flow, services), (user) => credentialsFile(folder, user));
    expect(await text()).toBe(before);
  });

  it('reach the servers as hashes only', () => {
    for (const known of access.credentials.values())
      for (const secret of [known.nats, known.redis])
        expect(access.natsUsers + access.redisUsers).not.toContain(secret);
  });
});
