import { readFileSync } from 'node:fs';
import { type Client, escapeIdentifier, escapeLiteral } from 'pg';

/** Said of each schema that is a store. Data of an earlier layout is dropped, and rebuilt from the stream, instead of misread. */
const OURS = 'pizza-choreography: a store';
const LAYOUT = `${OURS}, layout 1`;

/** What a service may do in its own schema. */
const RIGHTS = (schema: string, role: string): string => `
  GRANT USAGE ON SCHEMA ${schema} TO ${role};
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role};`;

/** The calls of a connection mean this store's tables. Makes them, where that is allowed and they are missing. */
export async function useSchema(client: Client, service: string): Promise<void> {
  // On whatever else the server may be set: what it has answered is not lost.
  await client.query(`SET search_path TO ${escapeIdentifier(service)}; SET synchronous_commit TO on`);
  if ((await layoutOf(client, service)) !== LAYOUT) await inTransaction(client, () => makeSchema(client, service));
}

/** Within a transaction. @throws Error when the schema holds something else */
export async function makeSchema(client: Client, service: string, role?: string): Promise<void> {
  const schema = escapeIdentifier(service);
  // Several may begin at once.
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [OURS]);
  const layout = await layoutOf(client, service);
  if (layout !== undefined && !layout?.startsWith(OURS))
    throw new Error(
      `the schema ${schema} is none of this stack's: nothing was changed. Name another database in POSTGRES_URL, or rename that schema`,
    );
  if (layout !== LAYOUT) {
    if (layout) await client.query(`DROP SCHEMA ${schema} CASCADE`);
    await client.query(`CREATE SCHEMA ${schema}; SET LOCAL search_path TO ${schema}`);
    for (const file of ['tables', 'commit', 'calls', 'orders']) await client.query(readSql(file));
    await client.query(`COMMENT ON SCHEMA ${schema} IS ${escapeLiteral(LAYOUT)}`);
  }
  if (role) await client.query(RIGHTS(schema, escapeIdentifier(role)));
}

/** What is said of a schema; null: nothing; undefined: there is none. */
async function layoutOf(client: Client, service: string): Promise<string | null | undefined> {
  const query = `SELECT obj_description(oid, 'pg_namespace') AS layout FROM pg_namespace WHERE nspname = $1`;
  const { rows } = await client.query<{ layout: string | null }>(query, [service]);
  return rows[0]?.layout;
}

export async function inTransaction(client: Client, task: () => Promise<void>): Promise<void> {
  await client.query('BEGIN');
  try {
    await task();
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

const readSql = (name: string): string => readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), 'utf8');
