import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answersWith } from '../commands/answers.ts';
import type { Launch, LaunchInput } from '../processes/launch.ts';
import { prometheusConfig, type ScrapeJob } from './prometheus-config.ts';

/** How to run a Prometheus that scrapes these jobs, and how to tell that it, and no other one, is ready. */
export function prometheusLaunch(jobs: readonly ScrapeJob[]): (input: LaunchInput) => Promise<Launch> {
  return async function launchOf({ program, dir, bind, ports, logFile }) {
    const [port] = ports as [number];
    const url = `http://${bind}:${port}`;
    const config = join(dir, 'prometheus.yml');
    await writeFile(config, prometheusConfig({ jobs }));
    const flags = {
      'config.file': config,
      'storage.tsdb.path': join(dir, 'tsdb'),
      'storage.tsdb.retention.time': '1d',
      'web.listen-address': `${bind}:${port}`,
      // A point on a histogram leads to the trace of an order.
      'enable-feature': 'exemplar-storage',
      'log.level': 'warn',
    };
    // k6 writes what it measures.
    const switches = ['web.enable-remote-write-receiver'];
    return {
      name: program.name,
      url,
      file: program.path,
      args: [
        ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
        ...switches.map((name) => `--${name}`),
      ],
      env: program.env,
      logFile,
      // Another Prometheus on that port would have read another file.
      answers: async () =>
        (await answersWith(`${url}/-/ready`)) &&
        answersWith(`${url}/api/v1/status/flags`, (text) => text.includes(JSON.stringify(config))),
    };
  };
}
