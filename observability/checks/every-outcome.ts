import { contractOf, subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { RunningFlow } from '#shared/testing/flow-harness.ts';

/** Posts the flow's example order, changed. Resolves with its id. @throws when the intake does not take it */
async function order(url: string, change: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { orderId: _, ...body } = { ...contractOf(pizzaFlow, pizzaFlow.start).example, ...change };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/orders`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`the intake answered ${answer.status} to an order`);
  return ((await answer.json()) as { orderId: string }).orderId;
}

/**
 * Lives every outcome once: ready with a duplicate after it, each refusal, a slow bank, a timeout with a late success, a
 * message that is no event. `name` makes its order ids its own. Resolves when all is at rest.
 */
export async function liveEveryOutcome(running: RunningFlow, url: string, name: string): Promise<void> {
  const happy = await order(url);
  await running.until('kitchen.ready', happy);
  await running.publish('payment.completed', happy, undefined, { again: true });
  const refused = [{ customerId: 'cust-declined' }, { pizzaType: 'tartufo' }, { pizzaType: 'pizza-fritta' }];
  for (const change of refused) await running.until('order.cancelled', await order(url, change));
  const slow = await order(url, { customerId: 'cust-slow-bank' });
  await running.publish('inventory.reserved', `late-${name}`);
  await running.until('kitchen.ready', slow);
  await running.until('order.timeout', `late-${name}`);
  await running.publish('chef.assigned', `late-${name}`);
  await running.publishRaw({
    subject: subjectOf(pizzaFlow, 'payment.failed', `bad-${name}`),
    headers: {},
    body: 'no event',
  });
  await running.rest();
}
