import pino from 'pino';
import { kitchenService } from '#services/kitchen-service/service.ts';
import { contractOf, correlatorOf, type Flow } from '#shared/contracts/flow.ts';
import { noInstrumentation } from '#shared/kernel/instrumentation.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import type { Publisher } from '#shared/messaging/publisher.ts';
import { type ReceivedEvent, readEvent } from '#shared/messaging/read-event.ts';
import { runBehaviour } from '#shared/runtime/run-behaviour.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import { Timeline } from '../../../chaos/simulation/world/timeline.ts';

/** An event as its owner publishes it. */
export interface Publication {
  readonly type: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What happens to one photo: an event per second, in this order. */
export interface Story {
  readonly orderId: string;
  readonly publications: readonly Publication[];
}

const log = pino({ level: 'silent' });
const settings = readSettings({ LOG_LEVEL: 'silent', ORDER_TIMEOUT: '30m' });
const AFTER_TIMEOUT_MS = settings.ORDER_TIMEOUT + 60_000;

/**
 * Runs the kernel with the kitchen's rules as the flow's correlator, on a bus and a store in memory, for half an hour of a virtual
 * clock. Resolves with all events of each order id, in the stream's order.
 */
export async function runFlow(flow: Flow, stories: readonly Story[]): Promise<Map<string, ReceivedEvent[]>> {
  const timeline = new Timeline();
  const { now, after } = timeline;
  const schedule = (task: () => void, ms: number) => after(ms, task);
  const bus = createMemoryBus({ now, schedule, ackWaitMs: settings.ACK_WAIT, lookEveryMs: 50 });
  const storage = { ...kitchenService, name: correlatorOf(flow) };
  const ports = {
    ...{ flow, settings, bus, log, now, monotonic: now, random: () => 0.5, traceparent: () => undefined },
    openStore: () => createMemoryStore({ now }),
    wait: (ms: number) => new Promise<void>((resolve) => void after(ms, resolve)),
    dependency: <T extends object>(_name: string, port: T) => port,
  };
  const behaviour = storage.behaviour?.(ports);
  if (!behaviour) throw new Error('the kitchen has no behaviour');
  const starting = runBehaviour(storage, behaviour, ports, noInstrumentation);
  for (const story of stories) tell(flow, story, bus, timeline);
  for (const until = now() + AFTER_TIMEOUT_MS; now() < until; timeline.next())
    await new Promise((resolve) => setImmediate(resolve));
  await starting;
  const events = new Map<string, ReceivedEvent[]>();
  for await (const message of bus.replay([`${flow.subjectPrefix}.>`], 1)) {
    const event = readEvent(flow, message);
    events.set(event.orderId, [...(events.get(event.orderId) ?? []), event]);
  }
  return events;
}

/** Each has a message id of its own, so that copies reach the storage, too. @throws TypeError when data break their schema */
function tell(flow: Flow, { orderId, publications }: Story, bus: Publisher, { now, after }: Timeline): void {
  for (const [nth, { type, data }] of publications.entries()) {
    const { owner, example } = contractOf(flow, type);
    const inMs = 1_000 * (nth + 1);
    const envelope = { orderId, source: owner, now: now() + inMs };
    const event = buildEvent(flow, { type, data: { ...example, ...data, orderId } }, envelope);
    const wire = toWire(flow, event);
    const headers = { ...wire.headers, 'Nats-Msg-Id': `${event.id}-${nth}` };
    after(inMs, () => void bus.publish({ ...wire, headers }));
  }
}
