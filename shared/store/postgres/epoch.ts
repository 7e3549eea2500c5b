import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { type Health, NotWhole } from '../store.ts';
import type { Connection } from './connection.ts';

/** The epoch that a call is made in. */
export interface Epoch {
  /** @throws NotWhole */
  current(client: Client): Promise<string>;
  /** The store is in another one: ask again. */
  forget(): void;
}

interface Kept {
  /** Null: nothing was ever there, or it is lost. */
  readonly epoch: string | null;
  readonly checkpoint: string;
  readonly stream: string | null;
  readonly leased: boolean;
  readonly server: string;
}

const LOOK = `
  SELECT epoch, coalesce(checkpoint, 0) AS checkpoint, stream, coalesce(leased_until > now_ms(), false) AS leased, server
  FROM server() LEFT JOIN store ON true`;

export function createEpoch(connection: Connection) {
  /** By connection: another one may lead to another server. */
  let known = new WeakMap<Client, string>();
  const forget = (): void => {
    known = new WeakMap();
  };

  async function look(client: Client) {
    const { rows } = await client.query<Kept>(LOOK);
    const kept = rows[0] as Kept;
    return { kept, health: healthOf(kept) };
  }

  async function current(client: Client): Promise<string> {
    const before = known.get(client);
    if (before) return before;
    const { kept, health } = await look(client);
    if (health.is !== 'whole' || !kept.epoch) throw new NotWhole(health.is);
    known.set(client, kept.epoch);
    return kept.epoch;
  }

  /** @throws NotWhole when the store is in another epoch */
  async function change(client: Client, epoch: string, assignments: string, ...values: unknown[]): Promise<void> {
    const { rowCount } = await client.query(`UPDATE store SET ${assignments} WHERE epoch = $1`, [epoch, ...values]);
    if (rowCount === 1) return;
    forget();
    throw new NotWhole('in another epoch');
  }
  const moveTo = (client: Client, epoch: string, sequence: number, stream?: string): Promise<void> =>
    change(client, epoch, 'checkpoint = $2, stream = $3', sequence, stream);

  async function begin(client: Client, leaseMs: number) {
    const { kept, health } = await look(client);
    const { is, checkpoint, stream } = health;
    if (is === 'whole' || kept.leased) return undefined;
    const unique = randomUUID();
    const epoch = `rebuilding:${unique}`;
    const query = 'SELECT begin_rebuild($1, $2, $3) AS begun';
    const { rows } = await client.query<{ begun: boolean }>(query, [kept.epoch, epoch, leaseMs]);
    if (!rows[0]?.begun) return undefined;
    const own = (assignments: string, ...values: unknown[]): Promise<void> =>
      connection.run((later) => change(later, epoch, assignments, ...values));
    return {
      cause: is,
      from: checkpoint,
      stream,
      epoch: { current: async () => epoch, forget } satisfies Epoch,
      renew: (ms: number) => own('leased_until = now_ms() + $2', ms),
      checkpoint: (sequence: number, of?: string) => own('checkpoint = $2, stream = $3', sequence, of),
      complete: (sequence: number, of?: string) =>
        own(
          'checkpoint = $2, stream = $3, epoch = $4, leased_until = 0',
          sequence,
          of,
          `whole:${unique}@${kept.server}`,
        ),
      abandon: () => own('leased_until = 0').catch(() => undefined),
    };
  }

  return {
    current,
    forget,
    begin: (leaseMs: number) => connection.run((client) => begin(client, leaseMs)),
    health: async (): Promise<Health> => (await connection.run(look)).health,
    checkpoint: (sequence: number, stream?: string): Promise<void> =>
      connection.run(async (client) => {
        await moveTo(client, await current(client), sequence, stream);
        await client.query('SELECT tidy()');
      }),
  };
}

function healthOf({ epoch, checkpoint: sequence, stream, server }: Kept): Health {
  if (!epoch) return { is: 'wiped', checkpoint: 0 };
  const checkpoint = { checkpoint: Number(sequence), ...(stream !== null && { stream }) };
  if (epoch.startsWith('rebuilding:')) return { is: 'rebuilding', ...checkpoint };
  return { is: epoch.endsWith(`@${server}`) ? 'whole' : 'restarted', ...checkpoint };
}
