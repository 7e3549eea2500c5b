import { join } from 'node:path';
import { answersWith } from '../commands/answers.ts';
import type { Launch, LaunchInput } from '../processes/launch.ts';
import { repository } from '../programs/programs.ts';

const config = join(repository, 'observability/collector/collector.yml');

/** Where the collector passes on what it is sent. */
export interface CollectorTargets {
  readonly traces: string;
  readonly logs: string;
}

/** How to run an OpenTelemetry Collector by the containers' own configuration: OTLP port, and the port of its own metrics. */
export function collectorLaunch({ traces, logs }: CollectorTargets): (input: LaunchInput) => Promise<Launch> {
  return async function launchOf({ program, bind, ports, logFile }) {
    const [otlp, metrics] = ports as [number, number];
    const url = `http://${bind}:${otlp}`;
    const monitorUrl = `http://${bind}:${metrics}`;
    return {
      name: program.name,
      url,
      monitorUrl,
      otlpUrl: url,
      file: program.path,
      args: [`--config=${config}`],
      env: {
        ...program.env,
        COLLECTOR_BIND: bind,
        COLLECTOR_OTLP_PORT: String(otlp),
        COLLECTOR_METRICS_PORT: String(metrics),
        TEMPO_OTLP: traces,
        LOKI_OTLP: logs,
      },
      logFile,
      answers: () => answersWith(`${monitorUrl}/metrics`, (text) => text.includes('otelcol_process_uptime')),
    };
  };
}
