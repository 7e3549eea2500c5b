import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { storePlaces } from '#shared/runtime/store-settings.ts';
import { noteChosenStore } from './chosen-store.ts';
import { credentialsDir } from './credentials-files.ts';
import { operatorStores, operatorUrls } from './operator-access.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pizza-test-'));
  vi.stubEnv('DATA_DIR', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const writeCredentials = async (user: string) => {
  await mkdir(credentialsDir(), { recursive: true });
  const file = join(credentialsDir(), `${user}.json`);
  await writeFile(file, JSON.stringify({ user, nats: 'n', redis: 'r' }));
  return file;
};

describe("the operator's tools", () => {
  it('have the credentials that npm start made', async () => {
    await writeCredentials('operator');
    expect(operatorUrls({ NATS_PORT: '1234' })).toMatchObject({
      NATS_URL: 'nats://operator:n@127.0.0.1:1234',
      REDIS_URL: 'redis://operator:r@127.0.0.1:16379',
    });
  });

  it('go without them where none were made, and to a server that is named', async () => {
    expect(operatorUrls({}).NATS_URL).toBe('nats://127.0.0.1:14222');
    await writeCredentials('operator');
    expect(operatorUrls({ NATS_URL: 'nats://elsewhere:4222' }).NATS_URL).toBe('nats://elsewhere:4222');
  });

  it('take a file that is named to whatever server', async () => {
    const CREDENTIALS_FILE = await writeCredentials('somebody');
    expect(operatorUrls({ CREDENTIALS_FILE, NATS_URL: 'nats://elsewhere:4222' }).NATS_URL).toBe(
      'nats://somebody:n@elsewhere:4222',
    );
  });

  it('look into the stores of the last npm start, unless they are told otherwise', async () => {
    expect((await operatorStores()).all.kind).toBe('redis');
    const settings = readSettings({ STORE: 'sqlite', STORE_PAYMENT_SERVICE: 'redis' });
    await noteChosenStore(settings, choreography, storePlaces(settings, choreography.services));
    const payment = { kind: 'redis', url: expect.stringMatching(/^redis:/) };
    expect(await operatorStores()).toEqual({
      all: { kind: 'sqlite', url: expect.stringMatching(/^file:.*sqlite$/) },
      except: { 'payment-service': payment, 'payment-gateway': payment },
    });
    vi.stubEnv('STORE', 'redis');
    await expect(operatorStores()).rejects.toThrow(
      /^STORE=redis, but the last npm start keeps its state in sqlite: leave/,
    );
    expect((await operatorStores('redis://elsewhere:1')).all).toEqual({ kind: 'redis', url: 'redis://elsewhere:1' });
    await expect(operatorStores('nats://u:secret@h:1')).rejects.toThrow(
      '--store nats://***@h:1 is no URL of the store redis, such as redis://127.0.0.1:16379',
    );
  });
});
