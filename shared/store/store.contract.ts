import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeCommit } from './contract/commit.ts';
import { describeDue } from './contract/due.ts';
import { describeExpiry } from './contract/expiry.ts';
import { AWAY, everyCall, type OpenEmptyStore } from './contract/fixtures.ts';
import { describePools } from './contract/pools.ts';
import { describeRaces } from './contract/races.ts';
import { describeRecovery } from './contract/recovery.ts';
import type { OpenStore } from './store.ts';

/** What every Store promises. `create` opens an empty one for each test. */
export function describeStore(name: string, create: OpenEmptyStore): void {
  describe(name, () => {
    let opened: Awaited<ReturnType<OpenEmptyStore>>;
    beforeEach(async () => {
      opened = await create();
    });
    afterEach(() => opened.store.close());
    const store = (): OpenStore => opened.store;

    describe('documents and counters', () => describeCommit(store));
    describe('pools', () => describePools(store));
    describe('due times', () => describeDue(store));
    describe('expiry', () => describeExpiry(store));
    describe('races', () => describeRaces(store));
    describe('recovery', () => describeRecovery(store, () => opened.wipe()));

    test('a closed store answers nothing', async () => {
      await store().close();
      for (const call of [...everyCall(store()), () => store().health(), () => store().beginRebuild(1)])
        await expect(call()).rejects.toMatchObject(AWAY);
    });
  });
}
