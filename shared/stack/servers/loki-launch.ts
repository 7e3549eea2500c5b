import { join } from 'node:path';
import { answersWith } from '../commands/answers.ts';
import type { Launch, LaunchInput } from '../processes/launch.ts';
import { repository } from '../programs/programs.ts';

const config = join(repository, 'observability/loki/loki.yml');

/** How to run a Loki by the containers' own configuration: HTTP and gRPC port. Logs come to it over OTLP, on the HTTP port. */
export async function lokiLaunch({ program, dir, bind, ports, logFile }: LaunchInput): Promise<Launch> {
  const [http, grpc] = ports as [number, number];
  const url = `http://${bind}:${http}`;
  return {
    name: program.name,
    url,
    otlpUrl: `${url}/otlp`,
    file: program.path,
    args: [`-config.file=${config}`, '-config.expand-env=true'],
    env: {
      ...program.env,
      LOKI_BIND: bind,
      LOKI_HTTP_PORT: String(http),
      LOKI_GRPC_PORT: String(grpc),
      LOKI_DIR: dir,
    },
    logFile,
    answers: async () =>
      (await answersWith(`${url}/ready`)) && answersWith(`${url}/config`, (text) => text.includes(dir)),
  };
}
