import { Command } from 'commander';
import { ORDER_ID } from '#shared/contracts/fields.ts';
import type { Flow } from '#shared/contracts/flow.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import { openFlowReader } from '#shared/messaging/jetstream/flow-reader.ts';
import { maskUrl } from '#shared/messaging/server-url.ts';
import { colours as pc } from '#shared/report/colours.ts';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { operatorUrls } from '../access/operator-access.ts';
import { calledAs } from '../commands/arguments.ts';
import { runTool } from '../commands/run-tool.ts';
import { StartFailure } from '../processes/start-failure.ts';
import { describeJourney } from './describe-journey.ts';
import { type Journey, journeyOf } from './read-journey.ts';

/** `npm run journey -- <orderId>`: exits 0 when it could be told, 1 with one sentence otherwise. */
async function main(): Promise<number> {
  const command = new Command(calledAs('journey'))
    .description('Prints the events of one order from the stream: who, what, when, why, and what it still waited for.')
    .argument('<orderId>', 'the id that POST /orders answered')
    .option('--json', 'print it as JSON', false)
    .option('--nats <url>', 'the NATS server (default: NATS_URL, else that of npm start)')
    .addHelpText('after', '\nVariables: see .env.example; a file .env is read.')
    .exitOverride()
    .parse();
  const [orderId = ''] = command.args;
  const { json, nats } = command.opts<{ json: boolean; nats?: string }>();
  const { flow } = await loadPattern(readSettings().PATTERN);
  const journey = await readJourney(flow, orderId, nats ?? operatorUrls().NATS_URL);
  console.log(json ? JSON.stringify(journey, null, 2) : readable(flow, journey));
  return 0;
}

/** @throws StartFailure when the id is none, the order is unknown, or the broker is away. */
async function readJourney(flow: Flow, orderId: string, url: string): Promise<Journey> {
  if (!ORDER_ID.test(orderId))
    throw new StartFailure(`"${orderId}" is no order id: it has 1 to 64 letters, digits, "-" or "_".`);
  try {
    await using reader = await openFlowReader({ url, flow });
    const messages = await reader.order(orderId);
    if (messages.length > 0) return journeyOf(flow, orderId, messages);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    throw new StartFailure(
      `no NATS server answers at ${maskUrl(url)}: start one by npm start, or name it by --nats or NATS_URL.`,
      { cause: error },
    );
  }
  throw new StartFailure(
    `the stream at ${maskUrl(url)} holds no event of order ${orderId}: check the id; events are kept for RETENTION.`,
  );
}

function readable(flow: Flow, { orderId, traceIds, events, unreadable }: Journey): string {
  return [
    `${pc.bold(`Order ${orderId}`)}${events[0] ? `, begun ${events[0].time}` : ''}`,
    ...(events.length > 0 ? describeJourney(flow, events) : []),
    ...unreadable.map(({ sequence, reason }) => pc.yellow(`Message ${sequence} under it is no event: ${reason}.`)),
    traceIds.length > 0 ? `Trace: ${traceIds.join(', ')}` : 'No trace: its events carry none.',
  ].join('\n');
}

await runTool(main);
