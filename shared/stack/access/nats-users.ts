import { hashSync } from 'bcryptjs';
import type { NatsPermissions } from './permissions.ts';

export interface NatsUser {
  readonly user: string;
  readonly password: string;
  readonly permissions: NatsPermissions;
}

/** The passwords are random and long: a costly hash would only make each connection slow. */
const ROUNDS = 4;

/** The part of a nats-server's configuration that says who may connect and what each may do. It holds no password. */
export function natsUsersConfig(users: readonly NatsUser[]): string {
  const entries = users.map(({ user, password, permissions }) => ({
    user,
    password: hashSync(password, ROUNDS),
    permissions,
  }));
  return `authorization: ${JSON.stringify({ users: entries }, null, 2)}\n`;
}
