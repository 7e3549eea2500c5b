import type { DatabaseError } from 'pg';
import { Unavailable } from '#shared/messaging/faults.ts';
import { maskUrl } from '#shared/messaging/server-url.ts';

const SET_UP = 'Let `npm run set-up` make schemas and rights, with a user in POSTGRES_URL that may.';

/** SQLSTATE or system code -> what to do about it. Anything else passes by itself, or its own text says enough. */
const REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Start PostgreSQL there, or set POSTGRES_URL to where it is.',
  ENOTFOUND: 'Set POSTGRES_URL to a host that exists.',
  '28P01':
    'Give POSTGRES_URL or CREDENTIALS_FILE the password that this user has there; of a server of `npm start` one may also remove the data folder: services rebuild what they need.',
  '28000': 'Let this user in by pg_hba.conf, or name another one in POSTGRES_URL.',
  '3D000': 'Create that database by `npm run set-up`, or name another one in POSTGRES_URL.',
  '42501': SET_UP,
  '42P01': SET_UP,
  '42883': SET_UP,
  '53100': 'Make room on the disk of that server: nothing of this was stored.',
  '53300': 'Raise max_connections there: each store takes two.',
  '25006': 'POSTGRES_URL names a standby: name the server that takes writes.',
};

/** Whatever PostgreSQL says: work pauses until it is mended, and no message is blamed. */
export function storeFault(url: string, cause: unknown): Unavailable {
  if (cause instanceof Unavailable) return cause;
  const { message, code = '' } = cause as DatabaseError;
  const said = message || (cause as AggregateError).errors?.map(String).join('; ');
  const parts = [`PostgreSQL at ${maskUrl(url)}: ${said}`, REMEDIES[code]].filter(Boolean);
  return new Unavailable('store', { cause: new Error(parts.join('. '), { cause }) });
}
