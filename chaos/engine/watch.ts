import { setTimeout as delay } from 'node:timers/promises';
import { SeenStream } from '#shared/audit/seen-stream.ts';
import { createJetStreamBus } from '#shared/messaging/jetstream/jetstream-bus.ts';
import { brokerTimesOf } from '#shared/runtime/settings.ts';
import { type Customers, startCustomers } from '../customers.ts';
import type { Scene } from '../faults/faults.ts';
import type { Target } from '../target/target.ts';
import { type AlertWatch, type FiredAlert, watchAlerts } from './alert-watch.ts';
import { ordersIn, type PlacedOrder } from './figures.ts';
import type { Timeline } from './timeline.ts';

/** Customers on a stack, and everything that is observed of it while an experiment runs. */
export interface Watch extends Scene, AsyncDisposable {
  readonly customers: Customers;
  /** Undefined where no Prometheus is. */
  readonly alerts: AlertWatch | undefined;
  readonly timeline: Timeline;
  /** Read from the stream: no service is asked. */
  orders(): PlacedOrder[];
  /** @throws when the user stops the run */
  pause(ms: number): Promise<void>;
  /** Waits for a condition, at most until the deadline, ms since the epoch. @throws when the user stops the run */
  until(condition: () => boolean, deadline: number): Promise<void>;
}

export interface WatchOptions {
  readonly target: Target;
  /** Orders per second. */
  readonly rate: number;
  readonly seed: number;
  readonly timeline: Timeline;
  readonly signal: AbortSignal;
  /** Default: each alert goes into the timeline. */
  readonly logAlerts?: boolean;
}

const LOOK_EVERY_MS = 250;

export async function startWatch(options: WatchOptions): Promise<Watch> {
  const { target, rate, seed, timeline, signal, logAlerts = true } = options;
  const { settings, natsUrl, orderUrl, prometheusUrl } = target;
  const { flow } = target.pattern;
  const bus = await createJetStreamBus({ url: natsUrl, flow, name: 'chaos', ...brokerTimesOf(settings) });
  const stream = new SeenStream(flow);
  const following = await bus.follow(`${flow.subjectPrefix}.>`, (message) => void stream.note(message));
  // Keys that no earlier run on this stack had.
  const run = `chaos-${seed}-${Date.now().toString(36)}`;
  const customers = startCustomers({ orderUrl, seed, rate, run });
  const onAlert = ({ alert, labels }: FiredAlert, state: string) => {
    if (logAlerts) timeline.add('alert', `${alert}${describe(labels)} ${state}`);
  };
  const alerts = prometheusUrl === undefined ? undefined : watchAlerts(prometheusUrl, onAlert);
  const pause = async (ms: number): Promise<void> => void (await delay(ms, undefined, { signal }));
  return {
    target,
    serviceFaults: new Set(),
    customers,
    alerts,
    timeline,
    orders: () => ordersIn(flow, stream),
    pause,
    async until(condition, deadline) {
      while (!condition() && Date.now() < deadline) await pause(LOOK_EVERY_MS);
    },
    async [Symbol.asyncDispose]() {
      await customers.stop(0);
      await alerts?.stop();
      await following.stop().catch(() => undefined);
      await bus.close();
    },
  };
}

function describe({ severity: _, ...labels }: Readonly<Record<string, string>>): string {
  const named = Object.values(labels).join(', ');
  return named && ` (${named})`;
}
