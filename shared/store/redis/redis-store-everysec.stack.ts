import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { startRedis } from '#shared/stack/servers/native-server.ts';
import { AWAY, eventually, FAR_AHEAD, makeWhole, times } from '../contract/fixtures.ts';
import type { Store } from '../store.ts';
import { createRedisStore } from './redis-store.ts';

/** Commits on one version after the other until one fails; resolves with its fault, or with an outcome other than done. */
async function commitUntilFault(store: Store, onDone: (version: number) => void): Promise<unknown> {
  const { epoch } = await store.load('o');
  for (let version = 0; ; version += 1) {
    const change = { entry: `e${version}`, counters: { t: 1 }, pools: { p: 1 }, dueAt: FAR_AHEAD + version };
    try {
      const { outcome } = await store.commit('o', { version, epoch }, change);
      if (outcome !== 'done') return outcome;
    } catch (fault) {
      return fault;
    }
    onDone(version + 1);
  }
}

// With `appendfsync everysec` Redis answers before it has written while the last sync is still going on, for up to two
// seconds: a kill may then lose the end of what it answered, and only the end.
test('a killed server that syncs each second keeps all that it had written, and no commit in part', async () => {
  await using redis = await startRedis();
  const store = await makeWhole(
    createRedisStore({ url: redis.url, service: 'test-service', commandTimeoutMs: 10_000 }),
  );
  const admin = new Redis(redis.url);
  try {
    let answered = 0;
    const faulted = commitUntilFault(store, (version) => {
      answered = version;
    });
    await eventually(async () => expect(answered).toBeGreaterThan(50));
    const before = answered;
    await eventually(async () => expect(await admin.info('persistence')).toContain('aof_buffer_length:0\r\n'));
    await redis.restart('SIGKILL');
    expect(await faulted).toMatchObject(AWAY);
    expect(await eventually(() => store.health())).toEqual({ is: 'restarted', checkpoint: 0 });
    await expect(store.load('o')).rejects.toMatchObject(AWAY);
    await makeWhole(store);
    const { version, entries, dueAt } = await eventually(() => store.load('o'));
    expect(version).toBeGreaterThanOrEqual(before);
    expect(entries).toEqual(times(version, (k) => `e${k}`));
    expect(dueAt).toBe(FAR_AHEAD + version - 1);
    expect(await store.counters()).toMatchObject({ counters: { t: version }, pools: { p: version } });
  } finally {
    admin.disconnect();
    await store.close();
  }
});
