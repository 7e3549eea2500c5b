import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNats } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { makeWhole } from '../contract/fixtures.ts';
import { readAll, steps } from '../contract/random-steps.ts';
import { createMemoryStore } from '../memory/memory-store.ts';
import { describeStore } from '../store.contract.ts';
import type { StoreAdapter } from '../store-kind.ts';

/** What every store in a stream promises, on a real server. */
export function describeJetStreamStore(name: string, adapter: Required<StoreAdapter>): void {
  let nats: NativeServer;
  beforeAll(async () => {
    nats = await startNats();
    await adapter.prepare(nats.url, [{ user: 'a', password: '', stores: ['test'] }]);
  });
  afterAll(() => nats.stop());

  const at = (service = 'test') => ({ url: nats.url, service, commandTimeoutMs: 10_000 });
  const wipe = async () => void (await adapter.drop(at()));

  describeStore(name, async () => {
    await wipe();
    return { store: await makeWhole(adapter.open(at())), wipe };
  });

  test('whatever is done to it and to the memory store, both answer the same and know the same', async () => {
    const real = adapter.open(at());
    const empty = async () => {
      await wipe();
      await makeWhole(real);
    };
    await fc.assert(
      fc
        .asyncProperty(steps, async (all) => {
          const model = createMemoryStore();
          for (const { run } of all) expect(await run(real)).toEqual(await run(model));
          expect(await readAll(real)).toEqual(await readAll(model));
        })
        .beforeEach(empty),
      { numRuns: 100 },
    );
    await real.close();
  });
}
