import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { parseEnv } from 'node:util';
import { childEnvironment } from '#shared/runtime/settings.ts';
import { answersWith } from '../commands/answers.ts';
import type { Launch, LaunchInput } from '../processes/launch.ts';
import { StartFailure } from '../processes/start-failure.ts';
import { repository } from '../programs/programs.ts';

const observability = join(repository, 'observability');
const dashboards = join(observability, 'dashboards');

/** Its first start makes its database: half a minute on a busy machine. */
const START_WITHIN_MS = 120_000;

/** Where Grafana's data sources lead. */
export interface DataSources {
  readonly prometheus: string;
  readonly tempo: string;
  readonly loki: string;
}

/** How to run a Grafana with the containers' own settings, data sources and dashboards. @throws StartFailure without its pages. */
export function grafanaLaunch({ prometheus, tempo, loki }: DataSources): (input: LaunchInput) => Promise<Launch> {
  return async function launchOf({ program, dir, bind, ports: [port], logFile }) {
    const url = `http://${bind}:${port}`;
    const home = await homeOf(program.path);
    const own = join(home, 'bin/grafana');
    return {
      name: program.name,
      url,
      file: existsSync(own) ? own : program.path,
      args: ['server', '--homepath', home],
      env: {
        ...program.env,
        ...(await commonSettings()),
        GF_SERVER_HTTP_ADDR: bind,
        GF_SERVER_HTTP_PORT: String(port),
        GF_PATHS_DATA: dir,
        GF_PATHS_LOGS: join(dir, 'log'),
        GF_PATHS_PLUGINS: join(dir, 'plugins'),
        GF_PATHS_PROVISIONING: join(observability, 'grafana/provisioning'),
        GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: join(dashboards, 'order-funnel.json'),
        DASHBOARDS_DIR: dashboards,
        PROMETHEUS_URL: prometheus,
        TEMPO_URL: tempo,
        LOKI_URL: loki,
      },
      logFile,
      startWithinMs: START_WITHIN_MS,
      answers: () => answersWith(`${url}/api/health`, (text) => /"database":\s*"ok"/.test(text)),
    };
  };
}

async function commonSettings(): Promise<Record<string, string>> {
  return parseEnv(await readFile(join(observability, 'grafana/grafana.env'), 'utf8')) as Record<string, string>;
}

/** The folder with Grafana's conf and public: beside its program, or where packages put it. @throws StartFailure */
async function homeOf(program: string): Promise<string> {
  const file = await realpath(isAbsolute(program) ? program : onPath(program));
  const above = dirname(dirname(file));
  const places = [above, join(above, 'share/grafana'), '/usr/share/grafana'];
  const home = places.find((place) => existsSync(join(place, 'conf/defaults.ini')));
  if (home && existsSync(join(home, 'public'))) return home;
  throw new StartFailure(
    `${file} has no folders conf and public beside it (looked in ${places.join(', ')}). Install Grafana >= 12 whole, not its program alone: https://grafana.com/grafana/download`,
  );
}

function onPath(name: string): string {
  const folders = (childEnvironment({}).PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? name;
}
