import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { storePlaces } from '#shared/runtime/store-settings.ts';
import { commitNow, makeWhole } from '#shared/store/contract/fixtures.ts';
import { loadStores } from '#shared/store/stores.ts';
import { noteChosenStore } from './chosen-store.ts';

afterEach(() => void vi.unstubAllEnvs());

test('what a service kept in this store before it kept its state in another one is dropped, and nothing else', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'pizza-test-'));
  vi.stubEnv('DATA_DIR', folder.path);
  const choose = async (env: Record<string, string>) => {
    const settings = readSettings({ DATA_DIR: folder.path, ...env });
    return noteChosenStore(settings, choreography, storePlaces(settings, choreography.services));
  };
  const url = readSettings({ DATA_DIR: folder.path }).storeUrls.SQLITE_URL ?? '';
  const { open } = await loadStores({ all: { kind: 'sqlite', url } });
  const kept = { kitchen: open('kitchen-service'), gateway: open('payment-gateway'), chef: open('chef-service') };
  for (const store of Object.values(kept)) await commitNow(await makeWhole(store), 'o', { entry: 'a' });
  const healths = () => Promise.all(Object.values(kept).map(async (store) => (await store.health()).is));

  expect(await choose({ STORE: 'redis', STORE_CHEF_SERVICE: 'sqlite' })).toEqual([]);
  expect(await healths()).toEqual(['whole', 'whole', 'whole']);
  const moved = await choose({ STORE: 'sqlite' });
  expect(moved.sort()).toEqual(['inventory-service', 'kitchen-service', 'payment-service']);
  expect(await healths()).toEqual(['wiped', 'wiped', 'whole']);
  expect(await choose({ STORE: 'sqlite' })).toEqual([]);
  for (const store of Object.values(kept)) await store.close();
});
