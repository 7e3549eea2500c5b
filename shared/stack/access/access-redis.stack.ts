import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { bareUrl, withUser } from '#shared/messaging/server-url.ts';
import { serviceNames } from '#shared/runtime/pattern.ts';
import { createTestUsers, type TestUsers } from '#shared/stack/access/fixtures/test-users.ts';
import { startRedis } from '../servers/native-server.ts';
import type { NativeServer } from '../servers/running-server.ts';
import { MONITOR, SET_UP } from './credentials-files.ts';

const names = serviceNames(choreography);

let users: TestUsers;
let redis: NativeServer;

beforeAll(async () => {
  users = await createTestUsers();
  redis = await startRedis({ access: users.accessTo('redis') });
});
afterAll(async () => {
  await redis?.stop();
  await users?.[Symbol.asyncDispose]();
});

describe.each(names)('Redis lets %s', (name) => {
  const inRedis = async <T>(work: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(users.urlOf(redis.url, name, 'redis'), { disableClientInfo: true });
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
      expect(await refusal(client.eval(script, 1, `${name}:key`))).toBe('done');
      for (const other of [...names.filter((each) => each !== name), `${name}2`, 'payment-gateway2']) {
        expect(await refusal(client.eval(script, 1, `${other}:key`)), other).toMatch(/NOPERM/);
        // Not even undeclared.
        const hidden = script.replace('KEYS[1]', `'${other}:key'`);
        expect(await refusal(client.eval(hidden, 1, `${name}:key`)), other).toMatch(
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
    const client = new Redis(users.urlOf(redis.url, 'kitchen-service', 'redis'));
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
      const client = new Redis(users.urlOf(redis.url, name, 'redis'));
      const asked = client.eval("return redis.call('HGETALL', KEYS[1])", 1, 'payment-gateway:key');
      if (name === 'payment-service') expect(await asked).toEqual([]);
      else await expect(asked, name).rejects.toThrow(/NOPERM/);
      client.disconnect();
    }
  });

  it('lets a monitor look at the server and at no key', async () => {
    const client = new Redis(users.urlOf(redis.url, MONITOR, 'redis'));
    expect(await client.ping()).toBe('PONG');
    await expect(client.get('payment-service:a')).rejects.toThrow(/NOPERM/);
    client.disconnect();
  });

  it.each([
    ['without credentials', (url: string) => bareUrl(url), /NOAUTH/],
    ['with a wrong password', (url: string) => withUser(bareUrl(url), 'payment-service', 'wrong'), /WRONGPASS/],
    ['known to NATS alone', (url: string) => users.urlOf(url, SET_UP, 'redis'), /WRONGPASS/],
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
    await using server = await startRedis({ access: users.accessTo('redis') });
    const client = new Redis(users.urlOf(server.url, name, 'redis'), { disableClientInfo: true });
    // Two writes of one script: Redis keeps them as a transaction.
    const script = "redis.call('HSET', KEYS[1], 'a', '1') return redis.call('HSET', KEYS[2], 'b', '2')";
    await client.eval(script, 2, `${name}:one`, `${name}:two`);
    client.disconnect();
    // Its file is synced every second: to be seen there by a process that was ended, it must only be written.
    await server.restart(signal);
    const operator = new Redis(server.url, { disableClientInfo: true });
    expect(await operator.dbsize()).toBe(2);
    operator.disconnect();
  },
);
