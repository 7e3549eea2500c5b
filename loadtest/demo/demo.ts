import { once } from 'node:events';
import { createServer } from 'node:http';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { BadSettings, readSettings, type Settings } from '#shared/runtime/settings.ts';
import { createLogger } from '#shared/telemetry/logs/logger.ts';
import { demonstrate } from './demonstrate.ts';
import type { DemoAnswer } from './run-demo.ts';

/** `node loadtest/demo/demo.ts <order intake> [admin server of payment-service]`: the demo as a container. With DEMO_RATE=0 it idles. */

const PORT = 9100;

async function main([url, adminUrl]: readonly string[]): Promise<void> {
  if (!url) throw new BadSettings('name the order intake: node loadtest/demo/demo.ts http://127.0.0.1:8080');
  const settings = readSettings();
  const { flow } = await loadPattern(settings.PATTERN);
  const log = createLogger({ service: 'demo', level: settings.LOG_LEVEL });
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  let last: DemoAnswer | undefined;
  await using _ready = serveReady(settings, () => last);
  log.info({ url, rate: settings.DEMO_RATE }, settings.DEMO_RATE > 0 ? 'ordering' : 'off: DEMO_RATE is 0');
  const onAnswer = (answer: DemoAnswer) => {
    last = answer;
  };
  await demonstrate({ flow, url, adminUrl, settings, onAnswer, onNews: (sentence) => log.warn(sentence) }, stop.signal);
  if (!stop.signal.aborted) await once(stop.signal, 'abort');
}

/** 200 while the last order was taken, or none is to be placed. */
function serveReady({ BIND, DEMO_RATE }: Settings, last: () => DemoAnswer | undefined): AsyncDisposable {
  const problem = () => {
    const answer = last();
    return DEMO_RATE === 0 || (answer && !answer.problem) ? undefined : (answer?.problem ?? 'no order is answered yet');
  };
  const server = createServer((_request, response) => {
    const said = problem();
    response.writeHead(said ? 503 : 200).end(said ?? 'ready');
  }).listen(PORT, BIND);
  return server;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`demo: ${error instanceof BadSettings ? error.message : ((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
}
