import { it } from 'vitest';
import { subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { followUndecided } from './undecided-orders.ts';

async function intake(windowMs = 90_000, remembered?: number) {
  let now = 1_000_000;
  const bus = createMemoryBus({ now: () => now });
  const at = async (ms: number, type: string, orderId: string) => {
    now = 1_000_000 + ms;
    await bus.publish({ subject: subjectOf(pizzaFlow, type, orderId), headers: {}, body: '{}' });
  };
  const follow = () =>
    followUndecided({ bus, flow: pizzaFlow, windowMs, now: () => now, ...(remembered && { remembered }) });
  const since = async (follower: Awaited<ReturnType<typeof follow>>, ms: number | undefined) => {
    const wanted = ms === undefined ? undefined : 1_000_000 + ms;
    await eventually(async () => follower.oldest() === wanted || undefined, `the oldest order since ${wanted}`);
  };
  return { at, follow, since };
}

it('tells the oldest accepted order without an outcome, whichever outcome the others had', async () => {
  const { at, follow, since } = await intake();
  const follower = await follow();
  await at(0, 'order.created', 'a');
  await at(10, 'order.created', 'b');
  await at(20, 'order.created', 'c');
  await at(30, 'order.created', 'd');
  await since(follower, 0);
  await at(40, 'kitchen.ready', 'a');
  await since(follower, 10);
  await at(50, 'order.cancelled', 'b');
  await at(51, 'order.timeout', 'c');
  await since(follower, 30);
  await at(60, 'kitchen.ready', 'd');
  await since(follower, undefined);
  await follower.stop();
});

it('knows after a restart what waited before, as far back as its window', async () => {
  const { at, follow, since } = await intake(1_000);
  await at(0, 'order.created', 'too-old');
  await at(1_500, 'order.created', 'done');
  await at(1_501, 'kitchen.ready', 'done');
  await at(1_600, 'order.created', 'open');
  await at(2_000, 'order.created', 'new');
  const follower = await follow();
  await since(follower, 1_600);
  await at(2_700, 'order.created', 'newest');
  await since(follower, 2_000);
  await follower.stop();
});

it('is not deceived by an outcome before its order, nor by an order announced again', async () => {
  const { at, follow, since } = await intake();
  const follower = await follow();
  await at(0, 'kitchen.ready', 'a');
  await at(1, 'order.created', 'a');
  await at(2, 'order.created', 'b');
  await since(follower, 2);
  await at(3, 'kitchen.ready', 'b');
  await at(4, 'order.created', 'b');
  await at(5, 'order.created', 'c');
  await since(follower, 5);
  await follower.stop();
});

it('remembers the last decided orders, and not all of them', async () => {
  const { at, follow, since } = await intake(90_000, 2);
  const follower = await follow();
  for (const [n, orderId] of ['a', 'b', 'c', 'd', 'e'].entries()) await at(n, 'kitchen.ready', orderId);
  for (const [n, orderId] of ['c', 'd', 'e'].entries()) await at(10 + n, 'order.created', orderId);
  await at(20, 'order.created', 'open');
  await since(follower, 20);
  await at(30, 'kitchen.ready', 'open');
  await at(40, 'order.created', 'a');
  await since(follower, 40);
  await follower.stop();
});
