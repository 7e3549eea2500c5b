import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { nobodyAt } from '#shared/testing/ports-for.ts';
import { followOrder, placeSampleOrder } from '../commands/sample-order.ts';
import { repository } from '../processes/data-dir.ts';
import { type Stack, startStack } from '../stack.ts';

let stack: Stack;
let orderId: string;
beforeAll(async () => {
  stack = await startStack();
  orderId = await placeSampleOrder(stack.orderUrl ?? '', pizzaFlow);
  const signal = AbortSignal.timeout(30_000);
  await followOrder(stack.orderUrl ?? '', orderId, { flow: pizzaFlow, withinMs: 20_000, signal });
});
afterAll(() => stack?.stop());

const journey = (...args: string[]) =>
  execa(process.execPath, ['shared/stack/journey/journey.ts', ...args], {
    cwd: repository,
    env: { NO_COLOR: '1' },
    reject: false,
  });

test('the journey of a ready order is a readable table, from the stream', async () => {
  const { stdout, exitCode } = await journey(orderId, '--nats', stack.nats.url);
  expect(stdout).toMatch(new RegExp(`^Order ${orderId}, begun 20\\d\\d-`));
  expect(stdout).toMatch(/\+0 ms +\+0 ms +order\.created +order-service +chef, inventory, payment/);
  expect(stdout).toMatch(/kitchen\.ready +kitchen-service +\w+\.\w+/);
  expect(stdout).toMatch(/The order is ready after \d+ ms\.\n(Trace: [0-9a-f]{32}|No trace)/);
  expect(exitCode).toBe(0);
});

test('--json holds the same for programs', async () => {
  const { stdout, exitCode } = await journey('--json', '--nats', stack.nats.url, orderId);
  const told = JSON.parse(stdout) as { events: { type: string }[] };
  expect(told).toMatchObject({ orderId, status: 'ready', unreadable: [] });
  expect(told.events.map(({ type }) => type).sort()).toEqual([
    'chef.assigned',
    'inventory.reserved',
    'kitchen.ready',
    'order.created',
    'payment.completed',
  ]);
  expect(exitCode).toBe(0);
});

test.each([
  ['an unknown order', 'nobody', () => stack.nats.url, /holds no event of order nobody: check/],
  ['a wrong id', 'a.b', () => stack.nats.url, /^"a\.b" is no order id/],
  [
    'a broker that is away',
    'x',
    async () => (await nobodyAt('nats')).replace('//', '//u:s3cret@'),
    /^no NATS server answers at nats:\/\/\*\*\*@/,
  ],
])('%s is one sentence and exit 1', async (_what, id, url, sentence) => {
  const { exitCode, stdout, stderr } = await journey(id, '--nats', await url());
  expect(stderr).toMatch(sentence);
  expect(stderr.split('\n')).toHaveLength(1);
  expect(stderr).not.toContain('s3cret');
  expect(stdout).toBe('');
  expect(exitCode).toBe(1);
});

test('--help tells the options', async () => {
  const { stdout, exitCode } = await journey('--help');
  expect(stdout).toMatch(/--json[\s\S]*--nats <url>/);
  expect(exitCode).toBe(0);
});
