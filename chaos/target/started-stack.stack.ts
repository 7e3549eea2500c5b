import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { controlSocket, serveControl } from '#shared/stack/control-server.ts';
import { type TemporaryFolder, temporaryFolder } from '#shared/stack/programs/temporary-folder.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { startedStack } from './started-stack.ts';
import { noNeeds } from './target.ts';

describe('a stack that was started before', () => {
  let folder: TemporaryFolder;
  let stack: Stack;
  let control: { stop(): Promise<void> };

  beforeAll(async () => {
    folder = await temporaryFolder('started');
    const env = { LOG_LEVEL: 'error', GRAFANA_PORT: '3456', ORDER_TIMEOUT: '20s' };
    stack = await startStack({ services: [{ name: 'order-service' }], env });
    // From here on only: the servers' programs are in the real one.
    vi.stubEnv('DATA_DIR', folder.path);
    control = await serveControl(stack, controlSocket(folder.path));
  });
  afterAll(async () => {
    await control?.stop();
    await stack?.stop();
    vi.unstubAllEnvs();
    folder?.remove();
  });

  it('is found by its own settings, for faults and for annotations', async () => {
    await using target = await startedStack({ needs: noNeeds });
    expect(target.orderUrl).toBe(stack.orderUrl);
    expect(target.grafanaUrl).toBe('http://127.0.0.1:3456');
    expect(target.parts.map(({ name }) => name)).toEqual(['nats', 'redis', 'order-service']);
  });

  it('serves no experiment that needs it otherwise', async () => {
    await startedStack({ needs: { ...noNeeds, env: { ORDER_TIMEOUT: '20s' } } });
    await expect(startedStack({ needs: { ...noNeeds, env: { ORDER_TIMEOUT: '30s' } } })).rejects.toThrow(
      'ORDER_TIMEOUT=30s npm start',
    );
  });
});
