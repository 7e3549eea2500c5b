import { randomUUID } from 'node:crypto';
import { notWhole } from '../not-whole.ts';
import type { Health } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import type { Script } from './scripts.ts';

/** The epoch that a script is called with. */
export interface Epoch {
  /** @throws Unavailable, with NotWhole as its cause unless the server does not answer */
  current(): Promise<string>;
  /** The server knows another one. */
  refused(epoch: string): void;
}

type Part = readonly [epoch: string, checkpoint: string, leased: number];

/** All partitions of one store. The lease of the first one counts: whoever has it takes the others. */
export class RedisEpoch implements Epoch {
  readonly #connection: RedisConnection;
  readonly #script: Script;
  readonly #keys: readonly (readonly string[])[];
  /** As the server last said; a restarted server says something else. */
  #known: { readonly epoch: string; readonly runId: string } | undefined;
  #learning: Promise<string> | undefined;

  constructor(connection: RedisConnection, script: Script, prefixes: readonly string[]) {
    this.#connection = connection;
    this.#script = script;
    this.#keys = prefixes.map((prefix) => ['epoch', 'checkpoint', 'lease'].map((name) => `${prefix}:${name}`));
  }

  async current(): Promise<string> {
    const runId = await this.#connection.runId();
    if (this.#known?.runId === runId) return this.#known.epoch;
    this.#learning ??= this.#learn(runId).finally(() => {
      this.#learning = undefined;
    });
    return this.#learning;
  }

  refused(epoch: string): void {
    if (this.#known?.epoch === epoch) this.#known = undefined;
  }

  async health(): Promise<Health> {
    const runId = await this.#connection.runId();
    return healthOf(await this.#read(), runId);
  }

  async checkpoint(sequence: number): Promise<void> {
    const epoch = await this.current();
    for (const k of this.#keys.keys())
      if ((await this.#ask(k, 'checkpoint', epoch, sequence)) !== 'yes') {
        this.refused(epoch);
        throw notWhole('whole');
      }
  }

  /** Resolves with the rebuild's own epoch, what it is about, and how it ends; undefined when it is not to begin. */
  async begin(leaseMs: number) {
    const runId = await this.#connection.runId();
    const parts = await this.#read();
    const { is, checkpoint } = healthOf(parts, runId);
    if (is === 'whole' || parts[0]?.[2] === 1) return undefined;
    const unique = randomUUID();
    const epoch = `rebuilding:${unique}`;
    for (const [k, [seen]] of parts.entries())
      if ((await this.#ask(k, 'begin', seen, epoch, leaseMs)) !== 'yes') {
        if (k > 0) await this.#ask(0, 'abandon', epoch);
        return undefined;
      }
    const current = async (): Promise<string> => {
      if ((await this.#connection.runId()) !== runId) throw notWhole('restarted');
      return epoch;
    };
    const every = async (what: string, ...args: (string | number)[]): Promise<void> => {
      await current();
      // The first one last: while it is not done, the store is not whole.
      for (let k = this.#keys.length - 1; k >= 0; k -= 1)
        if ((await this.#ask(k, what, epoch, ...args)) !== 'yes') throw notWhole('wiped');
    };
    return {
      cause: is,
      from: checkpoint,
      /** Valid on this run of the server only, which may come up again without the last writes. */
      epoch: { current, refused: () => undefined } satisfies Epoch,
      renew: (ms: number) => every('renew', ms),
      checkpoint: (sequence: number) => every('checkpoint', sequence),
      complete: (sequence: number) => every('complete', sequence, `whole:${unique}@${runId}`),
      abandon: () => every('abandon').catch(() => undefined),
    };
  }

  async #learn(runId: string): Promise<string> {
    const parts = await this.#read();
    const { is } = healthOf(parts, runId);
    if (is !== 'whole') throw notWhole(is);
    const epoch = parts[0]?.[0] ?? '';
    this.#known = { epoch, runId };
    return epoch;
  }

  #read(): Promise<Part[]> {
    return Promise.all(this.#keys.map((_, k) => this.#ask(k, 'read') as Promise<Part>));
  }

  #ask(k: number, ...args: (string | number)[]): Promise<unknown> {
    return this.#connection.run(this.#script, this.#keys[k] ?? [], args);
  }
}

function healthOf(parts: readonly Part[], runId: string): Health {
  const checkpoint = Math.min(...parts.map(([epoch, reached]) => (epoch === '' ? 0 : Number(reached))));
  const epochs = parts.map(([epoch]) => epoch);
  if (epochs.includes('')) return { is: 'wiped', checkpoint };
  if (epochs.some((epoch) => epoch.startsWith('rebuilding:'))) return { is: 'rebuilding', checkpoint };
  const whole = epochs.every((epoch) => epoch === epochs[0] && epoch.endsWith(`@${runId}`));
  return { is: whole ? 'whole' : 'restarted', checkpoint };
}
