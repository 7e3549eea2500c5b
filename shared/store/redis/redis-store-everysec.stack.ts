import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { Unavailable } from '#shared/messaging/faults.ts';
import { startRedis } from '#shared/stack/native-server.ts';
import { aChange, aFact, anEntry, eventually, makeWhole } from './contract/fixtures.ts';
import type { CorrelationStore } from './correlation-store.ts';
import { createRedisStore } from './redis-store.ts';

/** Commits one version after the other until one fails; resolves with its fault, or what became of it instead. */
async function commitUntilFault(store: CorrelationStore, onDone: (version: number) => void): Promise<unknown> {
  for (let version = 0; ; version += 1) {
    const change = aChange({
      state: version + 1,
      facts: [aFact(`e${version}`)],
      outbox: [anEntry(`m${version}`)],
      counts: [{ once: `c${version}`, total: 't', by: 1 }],
    });
    try {
      const { outcome } = await store.commit('o', version, change);
      if (outcome !== 'done') return outcome;
    } catch (fault) {
      return fault;
    }
    onDone(version + 1);
  }
}

/** Resolves once everything that was answered so far is handed to the operating system. */
async function written(admin: Redis): Promise<void> {
  await eventually(async () => expect(await admin.info('persistence')).toContain('aof_buffer_length:0\r\n'));
}

// With `appendfsync everysec` Redis answers before it has written while the last sync is still going on, for up to two
// seconds: a kill may then lose the end of what it answered, and only the end.
test('a killed server that syncs each second keeps all that it had written, and no commit in part', async () => {
  await using redis = await startRedis();
  const store = await makeWhole(createRedisStore({ url: redis.url, service: 'test-service' }));
  const admin = new Redis(redis.url);
  try {
    let answered = 0;
    const faulted = commitUntilFault(store, (version) => {
      answered = version;
    });
    await eventually(async () => expect(answered).toBeGreaterThan(50));
    const before = answered;
    await written(admin);
    admin.disconnect();
    await redis.restart('SIGKILL');
    expect(await faulted).toBeInstanceOf(Unavailable);
    expect(await eventually(() => store.standing())).toEqual({ is: 'restarted', settledUpTo: 0 });
    await expect(store.load('o')).rejects.toThrow(Unavailable);
    await makeWhole(store);
    const { version, state, facts, emitted, counted } = await eventually(() => store.load('o'));
    expect(version).toBeGreaterThanOrEqual(before);
    expect(state).toBe(version);
    const names = (prefix: string) => Array.from({ length: version }, (_, k) => `${prefix}${k}`);
    expect(facts.map(({ id }) => id)).toEqual(names('e'));
    expect([...emitted]).toEqual(names('m'));
    expect([...counted]).toEqual(names('c'));
    expect(await store.totals()).toMatchObject({ totals: { t: version }, outboxPending: version });
  } finally {
    admin.disconnect();
    await store.close();
  }
});
