import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCredentials, urlsWith } from './credentials.ts';
import { readSettings } from './settings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pizza-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const fileWith = async (text: string) => {
  const file = join(folder, 'credentials.json');
  await writeFile(file, text);
  return file;
};

describe('credentials', () => {
  it('give every server its user and password', async () => {
    const file = await fileWith('{"user":"payment-service","nats":"one/@","redis":"two"}');
    expect(urlsWith(readCredentials(file), readSettings({ REDIS_URL: 'rediss://store:6379/0' }))).toMatchObject({
      NATS_URL: 'nats://payment-service:one%2F%40@127.0.0.1:14222',
      REDIS_URL: 'rediss://payment-service:two@store:6379/0',
    });
  });

  it.each([
    ['is not there', undefined],
    ['cannot be read as JSON', 'secret'],
    ['holds no user with a password', '{"password":"secret"}'],
  ])('that are none say so without what they hold: %s', async (problem, text) => {
    const file = text === undefined ? join(folder, 'nowhere.json') : await fileWith(text);
    expect(() => readCredentials(file)).toThrow(problem);
    expect(() => readCredentials(file)).not.toThrow('secret');
  });
});
