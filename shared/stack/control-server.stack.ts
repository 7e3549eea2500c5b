import { mkdtemp, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlSocket, type StackDescription, serveControl } from './control-server.ts';
import { type Stack, startStack } from './stack.ts';

const token = 'a-token-of-this-test';

describe('the control socket of a running stack', () => {
  let folder: string;
  let stack: Stack;
  let control: { stop(): Promise<void> };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pizza-control-'));
    const env = { LOG_LEVEL: 'error', CHAOS_TOKEN: token };
    stack = await startStack({ services: [{ name: 'chef-service' }], env });
    control = await serveControl(stack, controlSocket(folder));
  });
  afterAll(async () => {
    await control?.stop();
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function ask(method: string, path: string, body?: object): Promise<{ status: number | undefined; text: string }> {
    const headers = body ? { 'content-type': 'application/json' } : {};
    return new Promise((resolve, reject) => {
      const asked = request({ socketPath: controlSocket(folder), method, path, headers }, async (answer) =>
        resolve({ status: answer.statusCode, text: (await answer.toArray()).join('') }),
      );
      asked.on('error', reject);
      asked.end(body && JSON.stringify(body));
    });
  }

  it('is for its owner alone', async () => {
    expect((await stat(controlSocket(folder))).mode & 0o777).toBe(0o600);
  });

  it('tells what runs where, and the token that opens the faults', async () => {
    const { text } = await ask('GET', '/');
    const { parts, chaosToken, settings } = JSON.parse(text) as StackDescription;
    expect(parts.map(({ name }) => name)).toEqual(['nats', 'redis', 'chef-service']);
    expect(chaosToken).toBe(token);
    expect(settings).not.toHaveProperty('CHAOS_TOKEN');
  });

  it('restarts a service, which is ready again then', async () => {
    const [chef] = stack.services;
    const before = chef?.pid;
    expect((await ask('POST', '/chef-service/1', { do: 'restart', signal: 'SIGKILL' })).status).toBe(200);
    expect(chef?.pid).not.toBe(before);
    expect((await fetch(`${chef?.adminUrl}/ready`)).status).toBe(200);
  });

  it('knows no part that the stack did not start', async () => {
    expect((await ask('POST', '/chef-service/2', { do: 'restart' })).status).toBe(404);
  });
});
