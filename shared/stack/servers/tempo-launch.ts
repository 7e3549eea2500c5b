import { join } from 'node:path';
import { answersWith } from '../commands/answers.ts';
import type { Launch, LaunchInput } from '../processes/launch.ts';
import { repository } from '../programs/programs.ts';

const config = join(repository, 'observability/tempo/tempo.yml');

/** How to run a Tempo by the containers' own configuration: HTTP, gRPC and OTLP port. It writes its service graph to Prometheus. */
export function tempoLaunch(prometheusUrl: string): (input: LaunchInput) => Promise<Launch> {
  return async function launchOf({ program, dir, bind, ports, logFile }) {
    const [http, grpc, otlp] = ports as [number, number, number];
    const url = `http://${bind}:${http}`;
    return {
      name: program.name,
      url,
      otlpUrl: `http://${bind}:${otlp}`,
      file: program.path,
      args: [`-config.file=${config}`, '-config.expand-env=true'],
      env: {
        ...program.env,
        TEMPO_BIND: bind,
        TEMPO_HTTP_PORT: String(http),
        TEMPO_GRPC_PORT: String(grpc),
        TEMPO_OTLP_PORT: String(otlp),
        TEMPO_DIR: dir,
        PROMETHEUS_URL: prometheusUrl,
      },
      logFile,
      answers: async () =>
        (await answersWith(`${url}/ready`)) && answersWith(`${url}/status/config`, (text) => text.includes(dir)),
    };
  };
}
