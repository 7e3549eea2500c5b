import { readEvent } from '#shared/messaging/read-event.ts';
import type { CorrelationStore } from '#shared/store/correlation-store.ts';
import { consumeEvents } from './consume-events.ts';
import type { Instrumentation } from './instrumentation.ts';
import { periodic } from './periodic.ts';
import { createReactor, type Reactor } from './reactor.ts';
import { type Keeper, keepWhole } from './rebuild/keep-whole.ts';
import { ownPart, partBeside } from './rebuild/parts.ts';
import { reportStuck } from './report-stuck.ts';
import type { Behaviour, HostPorts, Service } from './service.ts';
import { stockPools } from './stock-pools.ts';
import { sweep } from './sweep.ts';

const SWEEP_EVERY_MS = 100;
const STOCK_EVERY_MS = 1_000;
const REPORT_EVERY_MS = 5_000;

export interface RunningBehaviour {
  readonly store: CorrelationStore;
  /** Whether the stores can be built upon: while they cannot, everything is paused. */
  readonly standing: () => Keeper['state'];
  /** Ends the sweeps, drains the consumer; what a dependency holds up is given back. */
  stop(): Promise<void>;
}

/** Consumes, sweeps and keeps the pools stocked. */
export async function runBehaviour(
  { name: service, reacts }: Service,
  behaviour: Behaviour,
  host: HostPorts,
  instrumentation: Instrumentation,
): Promise<RunningBehaviour> {
  const { flow, settings, bus, log, wait, monotonic } = host;
  const store = host.openStore(service);
  const retainMs = settings.RETENTION + settings.DEAD_LETTER_RETENTION;
  const claimMs = settings.ACK_WAIT;
  const limits = { retainMs, claimMs };
  const reactor = createReactor({ flow, service, behaviour, store, bus, wait, ...limits, instrumentation, monotonic });
  const types = Object.keys(reacts(flow));
  const stopping = new AbortController();
  const keeper = await keepWhole({
    ...host,
    service,
    reacts: types,
    durables: types.length > 0 ? [service] : [],
    parts: [
      ownPart(store, behaviour, {
        flow,
        service,
        ...limits,
        streamKeepsMs: settings.RETENTION,
        traceparent: () => undefined,
      }),
      ...(behaviour.beside ?? []).map(partBeside),
    ],
    instrumentation,
    onFault: (err) => log.error({ err }, 'rebuild failed; it is tried again'),
  });
  if (behaviour.pools && keeper.state !== 'rebuilding') await stockPools(store, behaviour.pools);
  const consumption =
    types.length > 0 &&
    (await consumeEvents({
      ...host,
      service,
      types,
      instrumentation,
      stopping: stopping.signal,
      process: (delivery) => reactor.react(readEvent(flow, delivery)),
    }));
  const jobs = startJobs({ service, behaviour, store, reactor, host, keeper });
  return {
    store,
    standing: () => keeper.state,
    async stop() {
      stopping.abort();
      await keeper.stop();
      await Promise.all(jobs.map((job) => job.stop()));
      if (consumption) await consumption.drain();
    },
  };
}

interface Jobs {
  readonly service: string;
  readonly behaviour: Behaviour;
  readonly store: CorrelationStore;
  readonly reactor: Reactor;
  readonly host: HostPorts;
  readonly keeper: Pick<Keeper, 'state'>;
}

function startJobs({ service, behaviour, store, reactor, host, keeper }: Jobs) {
  const { bus, now, wait, log, settings } = host;
  const { pools, judgesDeadlines = false, reportsStuck } = behaviour;
  const fault = (doing: string) => (err: unknown) => log.warn({ err }, `${doing}; it is tried again`);
  const sweepOnce = async () => {
    await sweep({ service, judgesDeadlines, store, bus, reactor, now, graceMs: settings.ACK_WAIT });
  };
  /** A store that is being rebuilt is left alone. */
  const job = (everyMs: number, task: () => Promise<void>, doing: string) =>
    periodic(everyMs, async () => (keeper.state === 'rebuilding' ? undefined : task()), fault(doing), wait);
  const jobs = [job(SWEEP_EVERY_MS, sweepOnce, 'sweep failed')];
  if (pools) jobs.push(job(STOCK_EVERY_MS, () => stockPools(store, pools), 'stocking failed'));
  if (reportsStuck) {
    const report = () => reportStuck({ store, log });
    jobs.push(job(REPORT_EVERY_MS, report, 'report of stuck orders failed'));
  }
  return jobs;
}
