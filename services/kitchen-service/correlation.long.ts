import { afterAll } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { storeKinds } from '#shared/store/store-kinds.ts';
import type { Backend } from '#shared/testing/flow-harness.ts';
import { realBackend } from '#shared/testing/real-backend.ts';
import { describeCorrelation } from './correlation.contract.ts';

const opened = new AsyncDisposableStack();
afterAll(() => opened.disposeAsync());

/** Servers that all tests of a store share: each test has orders of its own. */
function sharedBackend(store: string): () => Promise<Backend & AsyncDisposable> {
  let backend: Promise<Backend> | undefined;
  return async () => {
    backend ??= realBackend(pizzaFlow, store).then((started) => opened.use(started));
    return { ...(await backend), async [Symbol.asyncDispose]() {} };
  };
}

for (const { name } of storeKinds.slice(1))
  describeCorrelation(`NATS and the store ${name}`, sharedBackend(name), 1_000);
