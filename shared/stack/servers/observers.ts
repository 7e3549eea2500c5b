import { join } from 'node:path';
import type { Settings } from '#shared/runtime/settings.ts';
import type { Own } from '../processes/keep-running.ts';
import { StartFailure } from '../processes/start-failure.ts';
import { dataDir, findProgram } from '../programs/programs.ts';
import { COLLECTORS, startCollector, startGrafana, startLoki, startTempo } from './native-server.ts';
import type { ScrapeJob } from './prometheus-config.ts';
import type { NativeServer } from './running-server.ts';

/** What takes the services' traces and logs: each part whose program is there. */
export interface Observers {
  readonly tempo: NativeServer | undefined;
  readonly loki: NativeServer | undefined;
  /** Without one the services send to Tempo and Loki themselves. */
  readonly collector: NativeServer | undefined;
  /** The services' variables that say where to send. */
  readonly env: Readonly<Record<string, string>>;
  /** What else Prometheus scrapes. */
  readonly jobs: readonly ScrapeJob[];
}

export interface ObserverInput {
  readonly settings: Settings;
  /** True: the ports of the settings, data kept in the data folder. */
  readonly kept: boolean;
  readonly prometheusUrl: string;
  /** Told why a part is missing: nothing else depends on it. */
  readonly onNotice: (sentence: string) => void;
  readonly own: Own;
}

/** Starts Tempo, Loki and a collector before them. Never rejects because one of them is missing or does not start. */
export async function startObservers(input: ObserverInput): Promise<Observers> {
  const { OTLP_PORT, TEMPO_PORT, LOKI_PORT } = input.settings;
  const { kept, prometheusUrl } = input;
  const collected = (await Promise.all(COLLECTORS.map((name) => findProgram(name)))).some(Boolean);
  // Without a collector Tempo stands where one would be: traces of any program are taken on that port.
  const otlpPort = kept && !collected ? OTLP_PORT : undefined;
  const [tempo, loki] = await Promise.all([
    part('Tempo', input, () => startTempo({ ...place('tempo', TEMPO_PORT, input), otlpPort, prometheusUrl })),
    part('Loki', input, () => startLoki(place('loki', LOKI_PORT, input))),
  ]);
  const targets = { traces: tempo?.otlpUrl ?? NOWHERE, logs: loki?.otlpUrl ?? NOWHERE };
  const collector =
    collected && (tempo || loki)
      ? await part('collector', input, () =>
          startCollector({ ...place('collector', OTLP_PORT, input, 'OTLP_PORT'), targets }),
        )
      : undefined;
  return { tempo, loki, collector, env: sendTo(collector ?? tempo, collector ?? loki), jobs: jobsOf(collector) };
}

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:1';

function sendTo(traces: NativeServer | undefined, logs: NativeServer | undefined): Record<string, string> {
  return {
    ...(traces?.otlpUrl && { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${traces.otlpUrl}/v1/traces` }),
    ...(logs?.otlpUrl && { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${logs.otlpUrl}/v1/logs` }),
  };
}

const jobsOf = (collector: NativeServer | undefined): ScrapeJob[] =>
  collector?.monitorUrl ? [{ name: 'otel-collector', targets: [new URL(collector.monitorUrl).host] }] : [];

/** Starts Grafana over what runs. Undefined, and told why, when it cannot. */
export function startGrafanaOver({ tempo, loki }: Observers, input: ObserverInput): Promise<NativeServer | undefined> {
  const { settings, prometheusUrl } = input;
  const at = (port: number) => `http://${settings.BIND}:${port}`;
  const dataSources = {
    prometheus: prometheusUrl,
    tempo: tempo?.url ?? at(settings.TEMPO_PORT),
    loki: loki?.url ?? at(settings.LOKI_PORT),
  };
  return part('Grafana', input, () => startGrafana({ ...place('grafana', settings.GRAFANA_PORT, input), dataSources }));
}

const place = (
  name: string,
  port: number,
  { kept, settings }: ObserverInput,
  portVariable = `${name.toUpperCase()}_PORT`,
) => ({ bind: settings.BIND, ...(kept && { dir: join(dataDir(), name), port, portVariable }) });

async function part(
  name: string,
  { own, onNotice }: ObserverInput,
  start: () => Promise<NativeServer>,
): Promise<NativeServer | undefined> {
  try {
    const server = await own(start());
    void server.died.then(onNotice);
    return server;
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    onNotice(`No ${name}: ${error.message}`);
    return undefined;
  }
}
