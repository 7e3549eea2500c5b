import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Unavailable } from '#shared/messaging/faults.ts';
import { describeClaims } from './contract/claims.ts';
import { describeCommit } from './contract/commit.ts';
import { aFact, type OpenStore } from './contract/fixtures.ts';
import { describeForgetting } from './contract/forgetting.ts';
import { describeHolds } from './contract/holds.ts';
import { describeOutbox } from './contract/outbox.ts';
import { describeRaces } from './contract/races.ts';
import { describeRecord } from './contract/record.ts';
import { describeTotals } from './contract/totals.ts';
import { describeWholeness } from './contract/wholeness.ts';
import type { CorrelationStore } from './correlation-store.ts';

/** What every CorrelationStore promises. `create` opens an empty one for each test. */
export function describeCorrelationStore(name: string, create: OpenStore): void {
  describe(name, () => {
    let opened: Awaited<ReturnType<OpenStore>>;
    beforeEach(async () => {
      opened = await create();
    });
    afterEach(() => opened.cleanup());
    const store = (): CorrelationStore => opened.store;

    describe('record and load', () => describeRecord(store));
    describe('commit', () => describeCommit(store));
    describe('holds', () => describeHolds(store));
    describe('outbox', () => describeOutbox(store));
    describe('claimDue', () => describeClaims(store));
    describe('totals', () => describeTotals(store));
    describe('forgetting', () => describeForgetting(store));
    describe('races', () => describeRaces(store));
    describe('wholeness', () => describeWholeness(store, () => opened.wipe()));

    test('a closed store answers nothing', async () => {
      await store().close();
      await expect(store().record('o', aFact('e'))).rejects.toThrow(Unavailable);
      await expect(store().totals()).rejects.toThrow(Unavailable);
    });
  });
}
