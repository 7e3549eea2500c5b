import { existsSync, globSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { parseDuration } from '#shared/contracts/duration.ts';
import { parseFaults } from '#shared/faults/fault-spec.ts';
import { hostAndPort } from '#shared/messaging/server-url.ts';

/** The kinds of values that a variable may have: each reads a text, or says what is wrong with it and the remedy. */

/** `ADMIN_PORT_KITCHEN_SERVICE`: what is set for one service alone. */
export const serviceVariable = (prefix: string, service: string): string =>
  `${prefix}_${service.toUpperCase().replaceAll('-', '_')}`;

/** What `read` makes of the text; where it is undefined or throws, the text is wrong. */
export const readable = <T>(wanted: string, read: (text: string) => T | undefined) =>
  z.string().transform((text, context): T => {
    let message = wanted;
    try {
      const value = read(text);
      if (value !== undefined) return value;
    } catch (error) {
      message = `${wanted}: ${(error as Error).message.replaceAll('\n', '; ')}`;
    }
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
export const duration = (fallback: string, min = 1) =>
  readable('is no duration: write it like 500ms, 30s, 10m or 2h', (text) => {
    const ms = parseDuration(text);
    return ms !== undefined && ms >= min ? ms : undefined;
  }).prefault(fallback);
const numeric = (kind: string, pattern: RegExp) => (fallback: number, min: number, max: number) =>
  readable(`must be a ${kind} from ${min} to ${max}`, (text) => {
    const value = Number(text);
    return pattern.test(text) && value >= min && value <= max ? value : undefined;
  }).prefault(String(fallback));
export const integer = numeric('whole number', /^\d+$/);
export const decimal = numeric('number', /^\d+(\.\d+)?$/);
export const port = (fallback: number) => integer(fallback, 1, 65_535);
export const flag = readable('must be 0 or 1', (text) => ({ 0: false, 1: true })[text]).prefault('0');
export const text = z.string().min(1);
export const url = (protocols: RegExp, example: string) =>
  text.refine((given) => URL.canParse(given) && protocols.test(given), `must be a URL such as ${example}`).optional();
/** An IPv6 address may come as it stands in a URL, in brackets. */
export const host = readable('must be an address or name of this machine, such as 127.0.0.1 or ::1', (given) => {
  const bare = given.replace(/^\[(.*)\]$/, '$1');
  return URL.canParse(`http://${hostAndPort(bare, 1)}`) ? bare : undefined;
});
/** No shell replaces a `~` in .env or between quotes. */
export const path = readable('names a home folder by ~user: write the path in full', (given) =>
  /^~[^/]/.test(given) ? undefined : given.replace(/^~/, homedir()),
);
export const folder = path.refine(
  (given) => !given.includes(':'),
  'holds a ":", where LD_LIBRARY_PATH separates folders: choose another one',
);
export const faults = readable('is no list of faults', parseFaults).optional();
const MIN_TOKEN = 16;
export const token = text.min(MIN_TOKEN, `must have at least ${MIN_TOKEN} characters: openssl rand -hex ${MIN_TOKEN}`);
export const tokenFile = path
  .pipe(readable('cannot be read', (file) => readFileSync(file, 'utf8').trim()))
  .pipe(text.min(MIN_TOKEN, `must hold at least ${MIN_TOKEN} characters`));
export const level = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'must be a pino level');

const root = new URL('../../', import.meta.url);

export const patternNames = (): string[] =>
  globSync('services/patterns/*/pattern.ts', { cwd: root })
    .map((path) => basename(dirname(path)))
    .sort();

/** Declaration of the pattern of that name, or in a folder of the user's own. @throws when there is none */
export function patternFile(name: string): URL {
  const file = new URL(name.includes('/') ? `${name}/pattern.ts` : `services/patterns/${name}/pattern.ts`, root);
  if (existsSync(file)) return file;
  throw new Error(`choose ${patternNames().join(', ')}, or a folder such as ./mine that holds a pattern.ts`);
}
export const DEFAULT_PATTERN = 'choreography';
export const pattern = readable('is no pattern', (text) => patternFile(text) && text).prefault(DEFAULT_PATTERN);
