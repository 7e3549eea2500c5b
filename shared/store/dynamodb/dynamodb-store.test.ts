import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeWhole } from '../contract/fixtures.ts';
import { readAll, steps } from '../contract/random-steps.ts';
import { createMemoryStore } from '../memory/memory-store.ts';
import { describeStore } from '../store.contract.ts';
import type { OpenStore } from '../store.ts';
import { createDynamoDbStore } from './dynamodb-store.ts';
import { dropStore, prepareTables } from './tables.ts';

const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;
let server: Server;
let url: string;
let opened: OpenStore[] = [];

beforeAll(async () => {
  server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await prepareTables(url, [{ stores: ['test-service', 'other-service'] }]);
});
beforeEach(empty);
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  opened = [];
});
afterAll(() => void server.close());

const options = (service = 'test-service') => ({ url, service, commandTimeoutMs: 10_000 });
async function empty(): Promise<void> {
  await dropStore(options());
  const store = await makeWhole(createDynamoDbStore(options()));
  await store.close();
}
function open(service?: string): OpenStore {
  const store = createDynamoDbStore(options(service));
  opened.push(store);
  return store;
}

describeStore('the DynamoDB store', async () => ({
  store: open(),
  wipe: async () => void (await dropStore(options())),
}));

test('whatever is done to it and to the memory store, both answer the same and know the same', async () => {
  const real = open();
  await fc.assert(
    fc
      .asyncProperty(steps, async (all) => {
        const model = createMemoryStore();
        for (const { run } of all) expect(await run(real)).toEqual(await run(model));
        expect(await readAll(real)).toEqual(await readAll(model));
      })
      .beforeEach(empty),
    { numRuns: 30 },
  );
});
