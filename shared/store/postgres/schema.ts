import { readFileSync } from 'node:fs';
import { type Client, escapeIdentifier, escapeLiteral } from 'pg';

/** Said of each schema that is a store. Data of an earlier layout is dropped, and rebuilt from the stream, instead of misread. */
const OURS = 'pizza-choreography: a store';
const LAYOUT = `${OURS}, layout 1`;

/** As the server says it of tables; of a schema that a user may not use it says that nothing is there. */
class MayNot extends Error {
  readonly code = '42501';
  constructor(user: string, service: string) {
    super(`the user ${user} may not use the schema of ${service}`);
  }
}

/** What a service may do in its own schema. */
const RIGHTS = (schema: string, role: string): string => `
  GRANT USAGE ON SCHEMA ${schema} TO ${role};
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role};`;

/** The calls of a connection mean this store's tables. Makes them, where that is allowed and they are missing. */
export async function useSchema(client: Client, service: string): Promise<void> {
  // On whatever else the server may be set: what it has answered is not lost.
  await client.query(`SET search_path TO ${escapeIdentifier(service)}; SET synchronous_commit TO on`);
  const known = await lookAt(client, service);
  if (known && !known.usable) throw new MayNot(client.user ?? '', service);
  if (known?.layout !== LAYOUT) await inTransaction(client, () => makeSchema(client, service));
}

/** Within a transaction. @throws Error when the schema holds something else */
export async function makeSchema(client: Client, service: string, role?: string): Promise<void> {
  const schema = escapeIdentifier(service);
  // Several may begin at once.
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [OURS]);
  const known = await lookAt(client, service);
  const isOurs = known?.layout?.startsWith(OURS);
  if (known && !isOurs)
    throw new Error(
      `the schema ${schema} is none of this stack's, and was left alone. Name another database in POSTGRES_URL, or rename the schema`,
    );
  if (known?.layout !== LAYOUT) {
    if (known) await client.query(`DROP SCHEMA ${schema} CASCADE`);
    await client.query(`CREATE SCHEMA ${schema}; SET LOCAL search_path TO ${schema}`);
    for (const file of ['tables', 'commit', 'calls', 'orders']) await client.query(readSql(file));
    await client.query(`COMMENT ON SCHEMA ${schema} IS ${escapeLiteral(LAYOUT)}`);
  }
  if (role) await client.query(RIGHTS(schema, escapeIdentifier(role)));
}

/** What is said of a schema, and whether this user may use it; undefined: there is none. */
async function lookAt(client: Client, service: string) {
  const query = `SELECT obj_description(oid, 'pg_namespace') AS layout, has_schema_privilege(oid, 'USAGE') AS usable
    FROM pg_namespace WHERE nspname = $1`;
  const { rows } = await client.query<{ layout: string | null; usable: boolean }>(query, [service]);
  return rows[0];
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
