import { Client } from 'pg';
import { storeFault } from './faults.ts';

/** Makes the database that a URL names, unless it is there. @throws Unavailable('store') naming what is wrong and the remedy */
export async function createDatabase(url: string): Promise<void> {
  const at = new URL(url);
  const name = decodeURIComponent(at.pathname.slice(1));
  at.pathname = '/postgres';
  await connected(at.href, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  });
}

/** As the user of the URL, for a tool. @throws Unavailable('store') */
export async function connected<T>(url: string, task: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, query_timeout: 60_000 });
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
