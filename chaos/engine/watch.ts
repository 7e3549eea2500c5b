import { setTimeout as delay } from 'node:timers/promises';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import { createJetStreamBus } from '#shared/messaging/jetstream/jetstream-bus.ts';
import { brokerTimesOf } from '#shared/runtime/settings.ts';
import type { Target } from '../target/target.ts';
import { type AlertWatch, watchAlerts } from './alert-watch.ts';
import { type Customers, startCustomers } from './customers.ts';
import { OrderLog } from './order-log.ts';
import type { Timeline } from './timeline.ts';

/** Customers on a stack, and everything that is seen of it while an experiment runs. */
export interface Watch extends AsyncDisposable {
  readonly target: Target;
  readonly customers: Customers;
  readonly log: OrderLog;
  /** Undefined where no Prometheus is. */
  readonly alerts: AlertWatch | undefined;
  readonly bus: Bus;
  /** @throws when the user wants the end */
  pause(ms: number): Promise<void>;
}

export interface WatchOptions {
  readonly target: Target;
  readonly rate: number;
  readonly seed: number;
  readonly timeline: Timeline;
  readonly signal: AbortSignal;
  /** Default: each alert goes into the timeline. */
  readonly tellAlerts?: boolean;
}

export async function startWatch(options: WatchOptions): Promise<Watch> {
  const { target, rate, seed, timeline, signal, tellAlerts = true } = options;
  const { settings, natsUrl, orderUrl, prometheusUrl } = target;
  const bus = await createJetStreamBus({
    url: natsUrl,
    flow: pizzaFlow,
    name: 'chaos',
    ...brokerTimesOf(settings),
  });
  const log = new OrderLog(pizzaFlow);
  const following = await bus.follow(`${pizzaFlow.subjectPrefix}.>`, log.note);
  const run = `chaos-${seed}-${Date.now().toString(36)}`;
  const customers = startCustomers({ orderUrl, seed, rate, run });
  const alerts =
    prometheusUrl === undefined
      ? undefined
      : watchAlerts(prometheusUrl, ({ alert, labels }, state) => {
          if (tellAlerts) timeline.add('alert', `${alert}${describe(labels)} ${state}`);
        });
  return {
    target,
    customers,
    log,
    alerts,
    bus,
    pause: async (ms) => void (await delay(ms, undefined, { signal })),
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
