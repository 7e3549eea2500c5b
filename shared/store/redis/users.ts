import { createHash } from 'node:crypto';
import { readScripts } from './connection.ts';

/** What the store's connection sends by itself: scripts, and what the client asks when it connects and ends. */
const CONNECTION = ['auth', 'hello', 'info', 'ping', 'quit', 'eval', 'evalsha'];

/** The commands of a service: those of its connection, and those that the scripts call (they run as their user). */
export function storeCommands(): string[] {
  const texts = Object.values(readScripts());
  const called = texts.flatMap((text) => [...text.matchAll(/redis\.p?call\('([A-Z]+)'/g)].map(([, name = '']) => name));
  return [...CONNECTION, ...new Set(called.map((name) => name.toLowerCase()))];
}

/** A store's user: those commands, on keys with these prefixes. */
export const storeRules = (prefixes: readonly string[]): string[] => [
  ...prefixes.map((prefix) => `~${prefix}:*`),
  ...storeCommands().map((command) => `+${command}`),
];

/** The operator's tools: everything. */
export const OPERATOR_RULES: readonly string[] = ['~*', '&*', '+@all'];
/** A health check or an exporter: how the server is, and nothing that it holds. */
export const MONITOR_RULES: readonly string[] = ['+auth', '+hello', '+info', '+ping', '+quit'];

/** Nobody can log in as this one. Redis reads its own append-only file with its rights; without them it starts empty (7.0). */
const DEFAULT_USER = 'user default off ~* &* +@all';

/** The text of an ACL file: nobody but these users is let in. It holds no password. */
export function redisUsersFile(users: readonly { user: string; password: string; rules: readonly string[] }[]): string {
  const lines = users.map(
    ({ user, password, rules }) => `user ${user} on #${sha256(password)} resetchannels -@all ${rules.join(' ')}`,
  );
  return `${[DEFAULT_USER, ...lines].join('\n')}\n`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
