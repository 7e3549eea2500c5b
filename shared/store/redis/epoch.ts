import { randomUUID } from 'node:crypto';
import { type Health, NotWhole } from '../store.ts';
import type { Argument, RedisConnection } from './connection.ts';

/** The epoch that a script is called with. */
export interface Epoch {
  /** @throws NotWhole; Unavailable when the server does not answer */
  current(): Promise<string>;
  /** The server knows another one: ask it again. */
  forget(): void;
}

type Kept = readonly [epoch: string, checkpoint: string, leased: number];

export function createRedisEpoch(connection: RedisConnection, prefix: string) {
  const keys = ['epoch', 'checkpoint', 'lease'].map((name) => `${prefix}:${name}`);
  /** As the server last said; a restarted server says something else. */
  let known: { readonly runId: string; readonly epoch: string } | undefined;

  const ask = (...args: Argument[]): Promise<unknown> => connection.run('epoch', keys, args);
  const forget = (): void => {
    known = undefined;
  };

  async function look() {
    const runId = await connection.runId();
    const kept = (await ask('read')) as Kept;
    return { runId, kept, health: healthOf(kept, runId) };
  }

  async function current(): Promise<string> {
    if (known && known.runId === (await connection.runId())) return known.epoch;
    const { runId, kept, health } = await look();
    if (health.is !== 'whole') throw new NotWhole(health.is);
    known = { runId, epoch: kept[0] };
    return known.epoch;
  }

  async function change(what: string, epoch: string, ...args: Argument[]): Promise<void> {
    if ((await ask(what, epoch, ...args)) === 'yes') return;
    forget();
    throw new NotWhole('in another epoch');
  }

  /** Resolves with the rebuild's own epoch, what it is about, and how it ends; undefined when it is not to begin. */
  async function begin(leaseMs: number) {
    const { runId, kept, health } = await look();
    const { is, checkpoint, stream } = health;
    if (is === 'whole' || kept[2] === 1) return undefined;
    const unique = randomUUID();
    const epoch = `rebuilding:${unique}`;
    if ((await ask('begin', kept[0], epoch, leaseMs)) !== 'yes') return undefined;
    /** Valid on this run of the server only, which may come up again without the last writes. */
    async function ours(): Promise<string> {
      if ((await connection.runId()) !== runId) throw new NotWhole('restarted');
      return epoch;
    }
    const own = async (what: string, ...args: Argument[]): Promise<void> => change(what, await ours(), ...args);
    return {
      cause: is,
      from: checkpoint,
      stream,
      epoch: { current: ours, forget } satisfies Epoch,
      renew: (ms: number) => own('renew', ms),
      checkpoint: (sequence: number, of?: string) => own('checkpoint', position(sequence, of)),
      complete: (sequence: number, of?: string) => own('complete', position(sequence, of), `whole:${unique}@${runId}`),
      abandon: () => own('abandon').catch(() => undefined),
    };
  }

  return {
    current,
    forget,
    begin,
    health: async (): Promise<Health> => (await look()).health,
    checkpoint: async (sequence: number, of?: string): Promise<void> =>
      change('checkpoint', await current(), position(sequence, of)),
  };
}

/** As the server keeps it: the sequence and, where it is known, its stream. */
const position = (sequence: number, stream?: string): string => (stream ? `${sequence} ${stream}` : String(sequence));

function healthOf([epoch, kept]: Kept, runId: string): Health {
  if (epoch === '') return { is: 'wiped', checkpoint: 0 };
  const [sequence, stream] = kept.split(' ');
  const checkpoint = { checkpoint: Number(sequence), stream };
  if (epoch.startsWith('rebuilding:')) return { is: 'rebuilding', ...checkpoint };
  return { is: epoch.endsWith(`@${runId}`) ? 'whole' : 'restarted', ...checkpoint };
}
