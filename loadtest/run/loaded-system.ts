import { correlatorOf, type Flow } from '#shared/contracts/flow.ts';
import { loadPattern, type Pattern, serviceNames } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { operatorStores, operatorUrls } from '#shared/stack/access/operator-access.ts';
import type { Say } from '#shared/stack/programs/obtain.ts';
import { obtainProgram } from '#shared/stack/programs/programs.ts';
import type { ServiceWish } from '#shared/stack/service-plan.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { stackEnvironment } from '#shared/stack/stack-environment.ts';
import type { StorePlaces } from '#shared/store/stores.ts';
import { startTelemetrySink } from '../bench/telemetry-sink.ts';
import type { Measured } from '../bench/variants/variant.ts';
import { withoutMetrics } from '../bench/variants/without-metrics.ts';
import type { LoadOptions } from './load-options.ts';

/** What is loaded: a stack that was started for it, or one that runs already. */
export interface LoadedSystem extends AsyncDisposable {
  /** Base URL of the order intake. */
  readonly url: string;
  readonly description: string;
  /** Started for this run: nobody else orders from it, and `servers` are its own. */
  readonly own: boolean;
  /** Those that can be watched: none of a system that ran before. */
  readonly processes: () => readonly Measured[];
  /** Where k6 may write its figures. */
  readonly prometheus: string | undefined;
  readonly grafana: string | undefined;
  /** Where the audit may look. */
  readonly servers: { readonly natsUrl: string; readonly stores: StorePlaces };
  readonly flow: Flow;
  /** Longest time from an order to its end. Ms. */
  readonly orderTimeoutMs: number;
  /** Processes that ended by themselves. */
  readonly deaths: readonly string[];
}

/** @throws StartFailure, BadSettings; then nothing is left running */
export const openLoadedSystem = (options: LoadOptions, say: Say, signal: AbortSignal): Promise<LoadedSystem> =>
  options.target ? foundSystem(options, options.target) : ownSystem(options, say, signal);

async function ownSystem(options: LoadOptions, say: Say, signal: AbortSignal): Promise<LoadedSystem> {
  const { kitchens, telemetry, prometheus, grafana } = options;
  for (const program of ['nats-server', 'redis-server']) await obtainProgram(program, say);
  const monitored = telemetry !== 'none' && (await obtainProgram('prometheus', say).catch(() => undefined));
  await using starting = new AsyncDisposableStack();
  const sink = telemetry === 'traces' ? starting.use(await startTelemetrySink()) : undefined;
  const deaths: string[] = [];
  const onDeath = (sentence: string) => {
    deaths.push(sentence);
    say(sentence);
  };
  const env = { LOG_LEVEL: 'warn', ...sink?.env };
  const wish = { env, services: servicesOf(options), prometheus: Boolean(monitored) };
  const stack = starting.use(await startStack({ ...wish, onDeath, onNotice: say, signal }));
  const owned = starting.move();
  return {
    url: stack.orderUrl ?? '',
    description: `a stack of its own (${kitchens} kitchen${kitchens > 1 ? 's' : ''}, telemetry: ${telemetry})`,
    own: true,
    processes: () => [...processesOf(stack), ...(sink ? [{ name: 'telemetry sink', pid: sink.pid }] : [])],
    prometheus: prometheus ?? stack.prometheus?.url,
    grafana,
    servers: { natsUrl: stack.nats.url, stores: stack.stores },
    flow: stack.pattern.flow,
    orderTimeoutMs: stack.settings.ORDER_TIMEOUT,
    deaths,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const servicesOf =
  ({ kitchens, telemetry }: LoadOptions) =>
  (pattern: Pattern): ServiceWish[] => {
    const { flow } = pattern;
    const decider = correlatorOf(flow);
    const plain = telemetry === 'none' ? withoutMetrics(pattern) : serviceNames(pattern).map((name) => ({ name }));
    return plain.map((wish) => (wish.name === decider ? { ...wish, replicas: kitchens } : wish));
  };

const processesOf = ({ services, servers, prometheus }: Stack): Measured[] => [
  ...services.map(({ name, replica, pid }) => {
    const short = name.replace('-service', '');
    return { name: replica > 1 ? `${short} ${replica}` : short, pid };
  }),
  ...servers.map(({ name, pid }) => ({ name: name.replace('-server', ''), pid })),
  ...(prometheus ? [{ name: 'prometheus', pid: prometheus.pid }] : []),
];

async function foundSystem({ prometheus, grafana }: LoadOptions, target: string): Promise<LoadedSystem> {
  const settings = readSettings(stackEnvironment());
  const onThisMachine = (port: number) => `http://127.0.0.1:${port}`;
  const figures = prometheus ?? onThisMachine(settings.PROMETHEUS_PORT);
  return {
    url: target,
    description: target,
    own: false,
    processes: () => [],
    prometheus: (await acceptsFigures(figures)) ? figures : undefined,
    grafana: grafana ?? onThisMachine(settings.GRAFANA_PORT),
    servers: { natsUrl: operatorUrls().NATS_URL, stores: await operatorStores() },
    flow: (await loadPattern(settings.PATTERN)).flow,
    orderTimeoutMs: settings.ORDER_TIMEOUT,
    deaths: [],
    async [Symbol.asyncDispose]() {},
  };
}

/** Prometheus takes remote writes only with its flag. */
export async function acceptsFigures(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/api/v1/status/flags`, { signal: AbortSignal.timeout(2_000) });
    const { data } = (await answer.json()) as { data?: Record<string, string> };
    return data?.['web.enable-remote-write-receiver'] === 'true';
  } catch {
    // No Prometheus: the figures are in the report alone.
    return false;
  }
}
