import { afterAll, beforeAll, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { bareUrl } from '#shared/messaging/server-url.ts';
import { startNats } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { auditLoad } from './audit-load.ts';

let nats: NativeServer;
beforeAll(async () => {
  const as = { user: 'operator', password: 'secret' };
  nats = await startNats({ access: { users: `authorization { user: ${as.user}, password: ${as.password} }`, as } });
});
afterAll(() => nats?.[Symbol.asyncDispose]());

const auditAt = (url: string, own: boolean) =>
  auditLoad(
    {
      url: 'http://127.0.0.1:8080',
      description: 'a stack of somebody else',
      own,
      processes: () => [],
      prometheus: undefined,
      grafana: undefined,
      servers: { natsUrl: url, stores: { all: { kind: 'redis', url: 'redis://127.0.0.1:1' } } },
      flow: pizzaFlow,
      orderTimeoutMs: 1_000,
      deaths: [],
      [Symbol.asyncDispose]: async () => undefined,
    },
    new Set(['ord-1']),
    new AbortController().signal,
  );

it('a target whose servers do not let us in is not audited, and the report says why', async () => {
  const { clean, lines } = await auditAt(bareUrl(nats.url), false);
  expect(clean).toBeUndefined();
  expect(lines.join()).toMatch(/^Not audited: .*does not admit a client without credentials.*CREDENTIALS_FILE/);
});

it('an own stack that cannot be audited has not passed', async () => {
  const { clean, lines } = await auditAt(bareUrl(nats.url), true);
  expect(clean).toBe(false);
  expect(lines.join()).toContain('The audit could not be done: ');
});
