import { JOURNAL } from '#shared/audit/store-records.ts';
import { contractOf, type Flow } from '#shared/contracts/flow.ts';
import { fromMessage } from '#shared/messaging/binding.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';
import type { World } from './world.ts';

const WITHIN_MS = 3_000;

/**
 * A customer is charged a second time without payment knowing, as by an operator of the gateway: the journal gets a second
 * entry, and its payment.completed is published. Payment's own ledger lacks it.
 */
export function chargeAgain(world: World, flow: Flow, orderId: string, first: StoredMessage): void {
  const paymentId = `pay-${orderId}-002`;
  world.later(world.dice.between(0, WITHIN_MS), async () => {
    const journal = world.store(JOURNAL);
    const [entry] = (await journal.load(`pay-${orderId}-001`)).entries;
    if (!entry) return;
    world.foreignCharges.add(paymentId);
    await journal.commit(paymentId, { version: 0, epoch: '' }, { entry });
    const { type: fullType, data, causationid } = fromMessage(first);
    const type = fullType.slice(flow.typePrefix.length);
    const draft = { type, data: { ...data, paymentId } };
    const { owner } = contractOf(flow, type);
    const event = buildEvent(flow, draft, {
      orderId,
      source: owner,
      now: world.timeline.now(),
      causationId: causationid,
    });
    await world.broker.publish(toWire(flow, event));
  });
}
