import { Client, type DatabaseError, escapeIdentifier, escapeLiteral, type QueryResult } from 'pg';
import type { StoreAt, StoreOwner } from '../store-kind.ts';
import { storeFault } from './faults.ts';
import { inTransaction, makeSchema, useSchema } from './schema.ts';
import { scramVerifier } from './scram.ts';

/** For tools and the set-up, as a user who may do everything there. All throw Unavailable('store') that names the remedy. */

/** The database of the URL, and a role for each owner with rights in the schemas of its own stores alone: all of them, or nothing. */
export async function prepareStores(url: string, owners: readonly StoreOwner[]): Promise<void> {
  const prepare = () => connected(url, (client) => inTransaction(client, () => prepareIn(client, owners)));
  try {
    await prepare();
  } catch (error) {
    if (!isDatabaseMissing(error)) throw error;
    await createDatabase(url);
    await prepare();
  }
}

async function prepareIn(client: Client, owners: readonly StoreOwner[]): Promise<void> {
  for (const { user, password, stores } of owners) {
    if (user !== client.user) await makeRole(client, user, password);
    for (const service of stores) await makeSchema(client, service, user);
  }
}

const isDatabaseMissing = (error: unknown): boolean =>
  (((error as Error).cause as Error | undefined)?.cause as DatabaseError | undefined)?.code === '3D000';

/** For nobody else yet. */
async function createDatabase(url: string): Promise<void> {
  const at = new URL(url);
  const name = escapeIdentifier(decodeURIComponent(at.pathname.slice(1)));
  at.pathname = '/postgres';
  await connected(at.href, async (client) => {
    await client.query(`CREATE DATABASE ${name}`);
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  });
}

async function makeRole(client: Client, user: string, password: string): Promise<void> {
  const role = escapeIdentifier(user);
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [user]);
  const secret = escapeLiteral(scramVerifier(password));
  await client.query(`${rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${role} LOGIN PASSWORD ${secret}`);
  await client.query(`GRANT CONNECT ON DATABASE ${escapeIdentifier(client.database ?? '')} TO ${role}`);
}

export const documentIdsOf = (at: StoreAt): Promise<string[]> =>
  inSchema(at, async (client) => {
    const alive = 'version > 0 AND (expires_at IS NULL OR expires_at > now_ms())';
    const { rows } = await client.query<{ id: string }>(`SELECT id FROM documents WHERE ${alive}`);
    return rows.map(({ id }) => id);
  });

/** In one transaction, and in the order in which commits lock them: none waits for another in a circle. */
const DROP = ['store', 'documents', 'leases', 'pools', 'counters'].map((table) => `DELETE FROM ${table}`).join('; ');

export const dropStore = (at: StoreAt): Promise<number> =>
  inSchema(at, async (client) => {
    // What several statements answer is a list, whatever the types say.
    const results = (await client.query(DROP)) as unknown as readonly QueryResult[];
    return results.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0);
  });

const inSchema = <T>({ url, service }: StoreAt, task: (client: Client) => Promise<T>): Promise<T> =>
  connected(url, async (client) => {
    await useSchema(client, service);
    return task(client);
  });

async function connected<T>(url: string, task: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, query_timeout: 60_000 });
  // A loss fails the query; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await task(client);
  } catch (error) {
    throw storeFault(url, error);
  } finally {
    await client.end();
  }
}
