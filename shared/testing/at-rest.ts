import { expect } from 'vitest';
import { countWaiting } from '#shared/audit/finding.ts';
import { contractOf, countingCorrelatorOf, type Flow } from '#shared/contracts/flow.ts';
import { toMinor } from '#shared/contracts/money.ts';
import type { ReceivedEvent } from '#shared/messaging/read-event.ts';
import type { Service } from '#shared/runtime/service.ts';
import type { RunningFlow } from './flow-harness.ts';

/**
 * The invariants of DESIGN §5 for orders at rest, from their events alone: one outcome each; whatever was fulfilled counts
 * in kitchen.ready or was undone; what was captured is sold or refunded; every event was caused by one that may cause it.
 */
export async function expectAtRest(
  running: RunningFlow,
  flow: Flow,
  services: readonly Service[],
  orderIds: readonly string[],
) {
  await running.rest();
  for (const [orderId, events] of await readAll(running, orderIds)) {
    expectOneOutcome(flow, orderId, events);
    for (const requirement of flow.requirements) expectUsedOrUndone(flow, requirement, orderId, events);
    expectCauses(flow, services, events);
  }
  const correlator = countingCorrelatorOf(flow);
  if (!correlator) return;
  const { counters } = await running.counters(correlator);
  expect(countWaiting(counters), 'orders still waiting').toBe(0);
}

/** Orders read at once: each is a request per event type. */
const AT_ONCE = 20;

async function readAll(running: RunningFlow, orderIds: readonly string[]): Promise<Map<string, ReceivedEvent[]>> {
  const found = new Map<string, ReceivedEvent[]>();
  for (let from = 0; from < orderIds.length; from += AT_ONCE)
    await Promise.all(
      orderIds.slice(from, from + AT_ONCE).map(async (id) => found.set(id, distinct(await running.events(id)))),
    );
  return found;
}

const distinct = (events: readonly ReceivedEvent[]): ReceivedEvent[] => [
  ...new Map(events.map((received) => [received.event.id, received])).values(),
];

function expectOneOutcome({ outcomes }: Flow, orderId: string, events: readonly ReceivedEvent[]): void {
  const found = events.filter(({ type }) => Object.values(outcomes).includes(type)).map(({ type }) => type);
  expect(found, `outcomes of order ${orderId}`).toHaveLength(1);
}

function expectUsedOrUndone(
  { outcomes }: Flow,
  { fulfilled, compensated, businessId }: Flow['requirements'][number],
  orderId: string,
  events: readonly ReceivedEvent[],
): void {
  const idsOf = (type: string) =>
    events.filter((event) => event.type === type).map(({ event }) => event.data[businessId]);
  const ready = events.find(({ type }) => type === outcomes.ready)?.event.data.correlationData as
    | Record<string, unknown>
    | undefined;
  const undone = [...idsOf(fulfilled)].filter((id) => id !== ready?.[businessId]);
  expect(idsOf(compensated).sort(), `${compensated} of order ${orderId}`).toEqual(undone.sort());
}

function expectCauses(flow: Flow, services: readonly Service[], events: readonly ReceivedEvent[]): void {
  for (const { event, type } of events) {
    const cause = events.find((other) => other.event.id === event.causationid);
    if (!cause) continue;
    const owner = services.find(({ name }) => name === contractOf(flow, type).owner);
    expect(owner?.reacts(flow)[cause.type], `${cause.type} may cause ${type}`).toContain(type);
  }
}

/** Sum over the orders, in minor units: captured = sold + refunded. */
export async function moneyOf(running: RunningFlow, orderIds: readonly string[]) {
  const money = { captured: 0, refunded: 0, sold: 0 };
  for (const events of (await readAll(running, orderIds)).values()) {
    const ready = events.find(({ type }) => type === 'kitchen.ready')?.event.data.correlationData as
      | { paymentId?: string }
      | undefined;
    for (const { type, event } of events) {
      const { amountCharged, amountRefunded, currency, paymentId } = event.data;
      if (type === 'payment.completed') money.captured += toMinor(Number(amountCharged), String(currency));
      if (type === 'payment.completed' && paymentId === ready?.paymentId)
        money.sold += toMinor(Number(amountCharged), String(currency));
      if (type === 'payment.refunded') money.refunded += toMinor(Number(amountRefunded), String(currency));
    }
  }
  return money;
}
