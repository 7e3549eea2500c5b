import { once } from 'node:events';
import { createServer } from 'node:http';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { BadSettings, readSettings } from '#shared/runtime/settings.ts';
import { sentenceOf } from '#shared/stack/commands/run-tool.ts';
import { createLogger } from '#shared/telemetry/logs/logger.ts';
import { demonstrate } from './demonstrate.ts';

/** `node loadtest/demo/demo.ts <order intake> [admin server of payment-service]`: the demo as a container. With DEMO_RATE=0 it idles. */

const PORT = 9100;

async function main([url, adminUrl]: readonly string[]): Promise<void> {
  if (!url) throw new BadSettings('name the order intake: node loadtest/demo/demo.ts http://127.0.0.1:8080');
  const settings = readSettings();
  const { flow } = await loadPattern(settings.PATTERN);
  const { BIND, DEMO_RATE: rate, LOG_LEVEL: level } = settings;
  const log = createLogger({ service: 'demo', level });
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  let problem = rate === 0 ? undefined : 'no order is answered yet';
  /** 200 while the last order was taken, or none is to be placed. */
  await using _ready = createServer((_request, response) => {
    response.writeHead(problem ? 503 : 200).end(problem ?? 'ready');
  }).listen(PORT, BIND);
  log.info({ url, rate }, rate > 0 ? 'ordering' : 'off: DEMO_RATE is 0');
  const onAnswer = (said: string | undefined) => {
    problem = said;
  };
  await demonstrate({ flow, url, adminUrl, settings, onAnswer, onNews: (sentence) => log.warn(sentence) }, stop.signal);
  if (!stop.signal.aborted) await once(stop.signal, 'abort');
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`demo: ${sentenceOf(error)}\n`);
  process.exitCode = 1;
}
