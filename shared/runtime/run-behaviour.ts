import { type Behaviour, orderTable } from '#shared/kernel/behaviour.ts';
import { periodic } from '#shared/kernel/clock.ts';
import type { Instrumentation } from '#shared/kernel/instrumentation.ts';
import { reportWaiting, stockPools, sweep } from '#shared/kernel/jobs.ts';
import { createReactor } from '#shared/kernel/reactor.ts';
import { watchStore } from '#shared/kernel/rebuild/watch-store.ts';
import { readEvent } from '#shared/messaging/read-event.ts';
import { consumeEvents } from './consume-events.ts';
import type { Service, ServicePorts } from './service.ts';

const SWEEP_EVERY_MS = 100;
const STOCK_EVERY_MS = 1_000;
const REPORT_EVERY_MS = 5_000;

export async function runBehaviour(
  { name: service, reacts }: Service,
  behaviour: Behaviour,
  ports: ServicePorts,
  instrumentation: Instrumentation,
) {
  const { flow, settings, bus, log, monotonic, now, wait } = ports;
  const { rules, pools, tables = [], judgesDeadlines = false } = behaviour;
  const store = ports.openStore(service);
  const retainMs = settings.RETENTION + settings.DEAD_LETTER_RETENTION;
  const reactor = createReactor({ flow, service, behaviour, store, bus, retainMs, instrumentation, monotonic });
  const types = Object.keys(reacts(flow));
  const stopping = new AbortController();
  const watch = await watchStore({
    ...ports,
    service,
    reacts: types,
    durables: types.length > 0 ? [service] : [],
    tables: [orderTable(store, rules, retainMs), ...tables],
    pools: pools?.units,
    streamKeepsMs: settings.RETENTION,
    instrumentation,
    onFault: (err) => log.error({ err }, 'rebuild failed; it is tried again'),
  });
  if (pools && watch.state !== 'rebuilding') await stockPools(store, pools);
  const consumption =
    types.length === 0
      ? undefined
      : await consumeEvents({
          ...ports,
          service,
          types,
          instrumentation,
          stopping: stopping.signal,
          process: (delivery) => reactor.react(readEvent(flow, delivery)),
        });

  /** A store that is being rebuilt is left alone. */
  const job = (everyMs: number, doing: string, task: () => Promise<void>) =>
    periodic(
      everyMs,
      async () => (watch.state === 'rebuilding' ? undefined : task()),
      (err) => log.warn({ err }, `${doing} failed; it is tried again`),
      wait,
    );
  const sweeping = { service, judgesDeadlines, store, bus, reactor, now, graceMs: settings.ACK_WAIT };
  const jobs = [job(SWEEP_EVERY_MS, 'sweep', () => sweep(sweeping))];
  if (pools) jobs.push(job(STOCK_EVERY_MS, 'stocking', () => stockPools(store, pools)));
  if (behaviour.waitsFor)
    jobs.push(job(REPORT_EVERY_MS, 'report of waiting orders', () => reportWaiting(behaviour, store, log)));
  return {
    store,
    /** Whether the stores can be built upon: while they cannot, everything is paused. */
    storeState: () => watch.state,
    /** Ends the sweeps, drains the consumer; what a dependency holds up is given back. */
    async stop(): Promise<void> {
      stopping.abort();
      await Promise.all([watch.stop(), ...jobs.map((one) => one.stop()), consumption?.drain()]);
    },
  };
}
