import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { ownersOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import { maskUrl } from '#shared/messaging/server-url.ts';
import { dropStore } from '#shared/store/redis/drop-store.ts';
import { createRedisStore } from '#shared/store/redis/redis-store.ts';
import type { Store } from '#shared/store/store.ts';
import { operatorUrls } from '../access/operator-access.ts';
import { StartFailure } from '../processes/start-failure.ts';
import { runTool } from './run-tool.ts';

/** `npm run rebuild`: exits 0 when every store is whole again, 1 with one sentence otherwise, 130 when stopped. */

interface Options {
  readonly service: readonly string[];
  readonly redis?: string;
  readonly partitions: number;
  readonly within: number;
}

/** The intake has no store. */
const services = ownersOf(pizzaFlow).filter((name) => name !== pizzaFlow.events[pizzaFlow.start]?.owner);
const LOOK_EVERY_MS = 250;
const TELL_EVERY_MS = 2_000;

function known(name: string, before: readonly string[] | undefined): string[] {
  if (!services.includes(name)) throw new InvalidArgumentError(`There are ${services.join(', ')}.`);
  return [...(before === services ? [] : (before ?? [])), name];
}

const whole = (text: string): number => {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1.');
};

async function main(signal: AbortSignal): Promise<number> {
  const command = new Command('npm run rebuild --')
    .description(
      'Drops what services have stored and has them rebuild it from the stream, while they run. They pause meanwhile; no event is lost and none is published twice.',
    )
    .option('--service <name>', `only this one; may be repeated: ${services.join(', ')}`, known, services)
    .option('--redis <url>', 'the Redis server (default: REDIS_URL, else that of npm start)')
    .option('--partitions <n>', 'PARTITIONS of the services', whole, 1)
    .option('--within <seconds>', 'give up waiting after so long', whole, 300)
    .addHelpText(
      'after',
      '\nCounters begin anew with the orders that the stream holds, those of the last RETENTION.\nVariables: see .env.example; a file .env is read.',
    )
    .exitOverride()
    .parse();
  const options = command.opts<Options>();
  const url = options.redis ?? operatorUrls().redis;
  try {
    for (const service of options.service) await rebuild(service, url, options, signal);
    return 0;
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    throw new StartFailure(
      `no Redis server answers at ${maskUrl(url)}: start one by npm start, or name it by --redis or REDIS_URL.`,
      { cause: error },
    );
  }
}

/** @throws StartFailure when nobody rebuilds it in time */
async function rebuild(service: string, url: string, options: Options, signal: AbortSignal): Promise<void> {
  const began = performance.now();
  const keys = await dropStore({ url, service, partitions: options.partitions });
  console.log(`${service}: ${keys.toLocaleString('en')} keys dropped`);
  const store = createRedisStore({ url, service, partitions: options.partitions });
  try {
    await untilWhole(store, service, began, options.within * 1_000, signal);
  } finally {
    await store.close();
  }
  console.log(`${service}: whole again after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}

async function untilWhole(
  store: Store,
  service: string,
  began: number,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (let toldAt = began; ; await delay(LOOK_EVERY_MS, undefined, { signal })) {
    const { is } = await store.health();
    if (is === 'whole') return;
    const now = performance.now();
    if (now - began > withinMs)
      throw new StartFailure(`${service} is ${is} after ${withinMs / 1_000} s: is the service running? See its log.`);
    if (now - toldAt < TELL_EVERY_MS) continue;
    toldAt = now;
    console.log(
      `${service}: ${is === 'wiped' ? 'waits for a running service' : is}, ${Math.round((now - began) / 1_000)} s`,
    );
  }
}

await runTool(main);
