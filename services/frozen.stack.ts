import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { followOrder, placeSampleOrder } from '#shared/stack/commands/sample-order.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { twoKitchens } from '#shared/testing/fixtures/two-kitchens.ts';

const NOTICED_WITHIN_MS = 60_000;
const BACK_WITHIN_MS = 60_000;

/** Frozen (SIGSTOP) is worse than dead: connections stay open, and nobody is told. */
describe('what freezes is noticed, and recovered from without a restart', { timeout: 180_000 }, () => {
  const deaths: string[] = [];
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({
      env: { ORDER_TIMEOUT: '60s', ACK_WAIT: '2s', LOG_LEVEL: 'error' },
      services: twoKitchens,
      onDeath: (sentence) => deaths.push(sentence),
    });
  });
  afterAll(() => stack?.stop());

  const readiness = async (adminUrl: string) => {
    const answer = await fetch(`${adminUrl}/ready`, { signal: AbortSignal.timeout(5_000) });
    return { ready: answer.ok, ...((await answer.json()) as { broker: string; store: string }) };
  };
  const all = () => Promise.all(stack.services.map(({ adminUrl }) => readiness(adminUrl)));
  const untilAllReady = () =>
    eventually(
      async () => (await all()).every(({ ready }) => ready) || undefined,
      'every service to be ready again',
      BACK_WITHIN_MS,
    );
  const expectPizza = async () => {
    const orderId = await placeSampleOrder(stack.orderUrl ?? '', pizzaFlow);
    const signal = AbortSignal.timeout(50_000);
    const { status } = await followOrder(stack.orderUrl ?? '', orderId, { flow: pizzaFlow, withinMs: 45_000, signal });
    expect(status).toBe('ready');
    expect(deaths).toEqual([]);
  };

  it.each([
    ['NATS', () => stack.nats, ({ broker }: { broker: string }) => broker === 'away'],
    ['Redis', () => stack.redis, ({ store }: { store: string }) => store === 'away' || store === 'not used'],
  ] as const)(
    'a frozen %s: every service that needs it says so, and is ready again by itself',
    async (_, server, says) => {
      server().signal('SIGSTOP');
      try {
        await eventually(
          async () =>
            (await all()).every((state) => says(state) && (!state.ready || state.store === 'not used')) || undefined,
          'every service to say what is away',
          NOTICED_WITHIN_MS,
        );
      } finally {
        server().signal('SIGCONT');
      }
      await untilAllReady();
      await expectPizza();
    },
  );

  it('a frozen kitchen does not answer; the other one makes the pizzas, and both are ready afterwards', async () => {
    const [frozen] = stack.services.filter(({ name }) => name === 'kitchen-service');
    if (!frozen) throw new Error('no kitchen runs');
    frozen.signal('SIGSTOP');
    try {
      await expect(readiness(frozen.adminUrl)).rejects.toThrow(/timeout/);
      await expectPizza();
    } finally {
      frozen.signal('SIGCONT');
    }
    await untilAllReady();
    await expectPizza();
  });
});
