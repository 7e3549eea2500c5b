import { randomUUID } from 'node:crypto';
import { type Health, notWhole } from '../store.ts';
import type { Argument, RedisConnection } from './connection.ts';

/** The epoch that a script is called with. */
export interface Epoch {
  /** @throws Unavailable, with NotWhole as its cause unless the server does not answer */
  current(): Promise<string>;
  /** The server knows another one: ask it again. */
  forget(): void;
}

type Part = readonly [epoch: string, checkpoint: string, leased: number];

/** The epoch of all partitions of one store. The lease of the first one counts: whoever has it takes the others. */
export function createRedisEpoch(connection: RedisConnection, prefixes: readonly string[]) {
  const keys = prefixes.map((prefix) => ['epoch', 'checkpoint', 'lease'].map((name) => `${prefix}:${name}`));
  /** As the server last said; a restarted server says something else. */
  let known: { readonly runId: string; readonly epoch: string } | undefined;

  const ask = (k: number, ...args: Argument[]): Promise<unknown> => connection.run('epoch', keys[k] ?? [], args);
  const read = (): Promise<Part[]> => Promise.all(keys.map((_, k) => ask(k, 'read') as Promise<Part>));
  const forget = (): void => {
    known = undefined;
  };

  async function current(): Promise<string> {
    const runId = await connection.runId();
    if (known?.runId === runId) return known.epoch;
    const parts = await read();
    const { is } = healthOf(parts, runId);
    if (is !== 'whole') throw notWhole(is);
    known = { runId, epoch: parts[0]?.[0] ?? '' };
    return known.epoch;
  }

  /** The first partition last: while it is not done, the store is not whole. */
  async function everywhere(what: string, epoch: string, ...args: Argument[]): Promise<void> {
    for (const k of [...keys.keys()].reverse())
      if ((await ask(k, what, epoch, ...args)) !== 'yes') {
        forget();
        throw notWhole('in another epoch');
      }
  }

  /** Resolves with the rebuild's own epoch, what it is about, and how it ends; undefined when it is not to begin. */
  async function begin(leaseMs: number) {
    const runId = await connection.runId();
    const parts = await read();
    const { is, checkpoint, stream } = healthOf(parts, runId);
    if (is === 'whole' || parts[0]?.[2] === 1) return undefined;
    const unique = randomUUID();
    const epoch = `rebuilding:${unique}`;
    for (const [k, [seen]] of parts.entries())
      if ((await ask(k, 'begin', seen, epoch, leaseMs)) !== 'yes') {
        await ask(0, 'abandon', epoch);
        return undefined;
      }
    /** Valid on this run of the server only, which may come up again without the last writes. */
    async function ours(): Promise<string> {
      if ((await connection.runId()) !== runId) throw notWhole('restarted');
      return epoch;
    }
    const all = async (what: string, ...args: Argument[]): Promise<void> => everywhere(what, await ours(), ...args);
    return {
      cause: is,
      from: checkpoint,
      stream,
      epoch: { current: ours, forget } satisfies Epoch,
      renew: (ms: number) => all('renew', ms),
      checkpoint: (sequence: number, of?: string) => all('checkpoint', position(sequence, of)),
      complete: (sequence: number, of?: string) => all('complete', position(sequence, of), `whole:${unique}@${runId}`),
      abandon: () => all('abandon').catch(() => undefined),
    };
  }

  return {
    current,
    forget,
    begin,
    async health(): Promise<Health> {
      const runId = await connection.runId();
      return healthOf(await read(), runId);
    },
    checkpoint: async (sequence: number, of?: string): Promise<void> =>
      everywhere('checkpoint', await current(), position(sequence, of)),
  };
}

/** As the server keeps it: the sequence and, where it is known, its stream. */
const position = (sequence: number, stream?: string): string => (stream ? `${sequence} ${stream}` : String(sequence));

function healthOf(parts: readonly Part[], runId: string): Health {
  const epochs = parts.map(([epoch]) => epoch);
  const is = conditionOf(epochs, runId);
  if (is === 'wiped') return { is, checkpoint: 0 };
  const positions = parts.map(([, kept]) => kept.split(' '));
  const [stream] = new Set(positions.map(([, of]) => of));
  const isOne = positions.every(([, of]) => of === stream);
  return { is, checkpoint: isOne ? Math.min(...positions.map(([sequence]) => Number(sequence))) : 0, stream };
}

function conditionOf(epochs: readonly string[], runId: string): Health['is'] {
  if (epochs.includes('')) return 'wiped';
  if (epochs.some((epoch) => epoch.startsWith('rebuilding:'))) return 'rebuilding';
  const whole = epochs.every((epoch) => epoch === epochs[0] && epoch.endsWith(`@${runId}`));
  return whole ? 'whole' : 'restarted';
}
