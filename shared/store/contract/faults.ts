import { expect, test } from 'vitest';
import { freeze } from '#shared/testing/freeze.ts';
import type { OpenStore } from '../store.ts';
import { AWAY, commitNow, eventually, everyCall } from './fixtures.ts';

/** Of each call that is refused, what it says; of others how they ended. */
export async function refusals(of: OpenStore, calls = everyCall(of)): Promise<unknown[]> {
  const settled = await Promise.allSettled(calls.map((call) => call()));
  return settled.map((one) => (one.status === 'rejected' ? one.reason : one));
}

/** Four who commit on documents of their own, whatever becomes of the server. */
export function startCommitting(store: OpenStore) {
  const done: string[][] = [[], [], [], []];
  const faults: unknown[] = [];
  let isEnding = false;
  async function keepCommitting(worker: number): Promise<void> {
    for (let k = 0, answered = false; !(isEnding && answered); k += 1) {
      const entry = `w${worker}-${k}`;
      try {
        await commitNow(store, `o${worker}`, { entry, counters: { t: 1 } });
        done[worker]?.push(entry);
        answered = true;
      } catch (fault) {
        faults.push(fault);
        answered = false;
      }
      // An outage answers at once: leave the reconnecting its turn.
      await new Promise(setImmediate);
    }
  }
  const working = Promise.all([0, 1, 2, 3].map(keepCommitting));
  const count = (): number => done.flat().length;
  return {
    /** Resolves when so many more commits were answered. */
    async more(commits: number): Promise<void> {
      const before = count();
      await eventually(async () => expect(count()).toBeGreaterThan(before + commits));
    },
    /** Each commits once more. Some were refused, all of them since the store was away. */
    async end(): Promise<void> {
      isEnding = true;
      await working;
      expect(faults.length).toBeGreaterThan(0);
      for (const fault of faults) expect(fault).toMatchObject(AWAY);
    },
    /** All that was answered is in the store, nothing twice, and the counters agree. Resolves with what it has of each. */
    async expectAllIn(store: OpenStore): Promise<(readonly string[])[]> {
      const all: (readonly string[])[] = [];
      for (const [worker, entries] of done.entries()) {
        const known = await store.load(`o${worker}`);
        expect(known.entries).toEqual(expect.arrayContaining(entries));
        expect(new Set(known.entries).size).toBe(known.version);
        all.push(known.entries);
      }
      expect((await store.counters()).counters).toEqual({ t: all.flat().length });
      return all;
    },
  };
}

/** Of the store that the test has open, another client, and their server. */
export interface Frozen {
  readonly store: () => OpenStore;
  readonly open: (commandTimeoutMs: number) => OpenStore;
  readonly server: () => Parameters<typeof freeze>[0];
}

const IMPATIENT_MS = 500;

export function testFrozenServer({ store, open, server }: Frozen): void {
  test('a frozen server: calls are refused instead of hanging, and done again once it goes on', async () => {
    await commitNow(store(), 'o', { entry: 'e1' });
    const impatient = open(IMPATIENT_MS);
    const seen = await eventually(() => impatient.load('o'));
    await freeze(server());
    try {
      await expect(impatient.commit('o', seen, { entry: 'e2' })).rejects.toMatchObject(AWAY);
      for (const refusal of await refusals(impatient)) expect(refusal).toMatchObject(AWAY);
    } finally {
      server().signal('SIGCONT');
    }
    // The outcome of e2 was unknown; committing it again on what was read finds out.
    await eventually(() => impatient.commit('o', seen, { entry: 'e2' }));
    expect((await store().load('o')).entries).toEqual(['e1', 'e2']);
    await impatient.close();
  });

  test('a server that was frozen when the store was closed keeps nobody waiting', async () => {
    const impatient = open(IMPATIENT_MS);
    await eventually(() => impatient.load('o'));
    await freeze(server());
    try {
      await impatient.close();
    } finally {
      server().signal('SIGCONT');
    }
  });
}
