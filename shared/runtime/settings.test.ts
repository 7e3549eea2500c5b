import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '#shared/contracts/duration.ts';
import { adminPortVariable, BadSettings, readSettings } from './settings.ts';

const messageOf = (env: Record<string, string>): string => {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof BadSettings) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('settings', () => {
  it('wait 30 minutes for an order unless told otherwise, on loopback only', () => {
    expect(readSettings({})).toMatchObject({
      ORDER_TIMEOUT: 1_800_000,
      BIND: '127.0.0.1',
      NATS_URL: 'nats://127.0.0.1:14222',
    });
  });

  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['30', undefined],
    ['1.5s', undefined],
    ['', undefined],
  ])('read the duration %j as %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it('report every bad value at once, each with its remedy', () => {
    const message = messageOf({ ORDER_PORT: '99999', ORDER_TIMEOUT: 'soon', LOG_LEVEL: 'loud', DECLINE_RATE: '2' });
    expect(message.split('\n')).toHaveLength(5);
    expect(message).toContain('ORDER_PORT=99999 must be a whole number from 1 to 65535');
    expect(message).toContain('ORDER_TIMEOUT=soon is no duration: write it like 500ms, 30s, 10m or 2h');
  });

  it('name the patterns when PATTERN names none', () => {
    expect(messageOf({ PATTERN: 'choreo' })).toMatch(/PATTERN=choreo is no pattern: choose (\S+, )*choreography, /);
    expect(messageOf({ PATTERN: './mine' })).toContain('PATTERN=./mine is no pattern');
  });

  it('name the stores when STORE, or that of one service, names none', () => {
    expect(messageOf({ STORE: 'oracle' })).toMatch(/STORE=oracle is no store: choose redis/);
    expect(messageOf({ STORE_KITCHEN_SERVICE: 'disk' })).toMatch(
      /STORE_KITCHEN_SERVICE=disk is no store: choose redis/,
    );
  });

  it('refuse a retention and an acknowledgement wait that do not fit the order timeout', () => {
    expect(messageOf({ ORDER_TIMEOUT: '1h', RETENTION: '2h' })).toContain(
      'RETENTION=2h must be at least 3 x ORDER_TIMEOUT',
    );
    expect(messageOf({ ORDER_TIMEOUT: '10s', ACK_WAIT: '5s' })).toContain('ACK_WAIT=5s must be at most a third');
  });

  it.each([
    [{ ORDER_TIMEOUT: '8s' }, { ORDER_TIMEOUT: 8_000, ACK_WAIT: 2_666 }],
    [{ ORDER_TIMEOUT: '24h' }, { RETENTION: 72 * 3_600_000, RESERVATION_TTL: 48 * 3_600_000, ACK_WAIT: 5_000 }],
    [{ TIME_SCALE: '600' }, { ORDER_TIMEOUT: 3_000, ACK_WAIT: 1_000 }],
    [{ RETENTION: '1h' }, { ORDER_TIMEOUT: 1_200_000, RETENTION: 3_600_000 }],
    [
      { DEFAULT_ORDER_TIMEOUT: '30s', ACK_WAIT: '12s' },
      { ORDER_TIMEOUT: 36_000, ACK_WAIT: 12_000 },
    ],
    [
      { DEFAULT_RETENTION: '15m', ORDER_TIMEOUT: '10m' },
      { ORDER_TIMEOUT: 600_000, RETENTION: 1_800_000 },
    ],
  ])('make the defaults fit what is set: %j', (env, fitting) => {
    expect(readSettings(env)).toMatchObject(fitting);
  });

  it('write an IPv6 address in brackets where a port follows', () => {
    const storeUrls = { REDIS_URL: 'redis://[::1]:16379' };
    const expected = { BIND: '::1', NATS_URL: 'nats://[::1]:14222', storeUrls };
    for (const BIND of ['::1', '[::1]']) expect(readSettings({ BIND })).toMatchObject(expected);
    expect(messageOf({ BIND: 'my host' })).toContain('BIND=my host must be an address or name of this machine');
  });

  it('expand ~ to the home folder, and refuse that of somebody else', () => {
    expect(readSettings({ DATA_DIR: '~/pizza', CREDENTIALS_FILE: '~/c.json' })).toMatchObject({
      DATA_DIR: join(homedir(), 'pizza'),
      CREDENTIALS_FILE: join(homedir(), 'c.json'),
    });
    expect(messageOf({ DATA_DIR: '~ann/pizza' })).toContain('DATA_DIR=~ann/pizza names a home folder by ~user: write');
    expect(messageOf({ DATA_DIR: 'a:b' })).toContain(
      'DATA_DIR=a:b holds a ":", where LD_LIBRARY_PATH separates folders',
    );
  });

  it('mask the password in a URL', () => {
    const message = messageOf({ REDIS_URL: 'http://user:secret@host:1' });
    expect(message).toContain('//***@host:1');
    expect(message).not.toContain('secret');
  });

  it('read the token from a file where it is not set itself, and name a file that holds none', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'pizza-token-'));
    const file = join(folder.path, 'token');
    expect(messageOf({ CHAOS_TOKEN_FILE: file })).toContain(`CHAOS_TOKEN_FILE=${file} cannot be read: ENOENT`);
    await writeFile(file, 'short\n');
    expect(messageOf({ CHAOS_TOKEN_FILE: file })).toContain('must hold at least 16 characters');
    await writeFile(file, 'a-token-in-a-file\n');
    expect(readSettings({ CHAOS_TOKEN_FILE: file }).CHAOS_TOKEN).toBe('a-token-in-a-file');
    expect(readSettings({ CHAOS_TOKEN_FILE: file })).not.toHaveProperty('CHAOS_TOKEN_FILE');
    expect(readSettings({ CHAOS_TOKEN_FILE: file, CHAOS_TOKEN: 'a-token-by-itself' }).CHAOS_TOKEN).toBe(
      'a-token-by-itself',
    );
  });

  it('divide business durations by TIME_SCALE, and no others', () => {
    const settings = readSettings({ TIME_SCALE: '60', ORDER_TIMEOUT: '10m', RETENTION: '2h', ACK_WAIT: '3s' });
    expect(settings).toMatchObject({ ORDER_TIMEOUT: 10_000, RETENTION: 7_200_000, ACK_WAIT: 3_000 });
  });

  it('take the admin port of a service from its own variable', () => {
    expect(adminPortVariable('kitchen-service')).toBe('ADMIN_PORT_KITCHEN_SERVICE');
    expect(readSettings({ ADMIN_PORT_KITCHEN_SERVICE: '9199' }, 'kitchen-service').adminPort).toBe(9199);
    expect(readSettings({ ADMIN_PORT_KITCHEN_SERVICE: '9199' }, 'chef-service').adminPort).toBeUndefined();
  });
});
