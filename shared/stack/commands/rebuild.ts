import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { loadStores, type Stores } from '#shared/store/stores.ts';
import { operatorStores } from '../access/operator-access.ts';
import { StartFailure } from '../processes/start-failure.ts';
import { calledAs, wholeNumber } from './arguments.ts';
import { runTool } from './run-tool.ts';

interface Options {
  readonly service?: readonly string[];
  readonly store?: string;
  readonly within: number;
}

const LOOK_EVERY_MS = 250;
const TELL_EVERY_MS = 2_000;

/** The services that have a store. */
async function knownServices(): Promise<string[]> {
  const { services } = await loadPattern(readSettings().PATTERN);
  return services.flatMap(({ name, behaviour }) => (behaviour ? [name] : []));
}

function collectKnown(services: readonly string[], name: string, before: readonly string[] = []): string[] {
  if (!services.includes(name)) throw new InvalidArgumentError(`There are ${services.join(', ')}.`);
  return [...before, name];
}

/** `npm run rebuild`: exits 0 when every store is whole again, 1 with one sentence otherwise, 130 when stopped. */
async function main(signal: AbortSignal): Promise<number> {
  const services = await knownServices();
  const options = new Command(calledAs('rebuild'))
    .description(
      'Drops what services have stored and has them rebuild it from the stream, while they run. They pause meanwhile; no event is lost and none is published twice.',
    )
    .option('--service <name>', `only this one; may be repeated: ${services.join(', ')}`, (name, before?: string[]) =>
      collectKnown(services, name, before),
    )
    .option('--store <url>', 'the server of the store that STORE names (default: that of npm start)')
    .option('--within <seconds>', 'give up waiting after so long', wholeNumber(1), 300)
    .addHelpText(
      'after',
      '\nCounters begin anew with the orders that the stream holds, those of the last RETENTION.\nVariables: see .env.example; a file .env is read.',
    )
    .exitOverride()
    .parse()
    .opts<Options>();
  const stores = await loadStores(await operatorStores(options.store));
  for (const service of options.service ?? services) await rebuild(service, stores, options, signal);
  return 0;
}

/** Tells how far it is meanwhile. @throws StartFailure when nobody rebuilds it in time */
async function rebuild(service: string, stores: Stores, { within }: Options, signal: AbortSignal) {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  const records = await stores.drop(service);
  console.log(`${service}: ${records.toLocaleString('en')} records dropped`);
  const store = stores.open(service);
  try {
    for (let looks = 1; ; looks++) {
      const { is } = await store.health();
      if (is === 'whole') break;
      if (seconds() > within)
        throw new StartFailure(`${service} is ${is} after ${within} s: is the service running? See its log.`);
      const state = is === 'wiped' ? 'waits for a running service' : is;
      if (looks % (TELL_EVERY_MS / LOOK_EVERY_MS) === 0)
        console.log(`${service}: ${state}, ${Math.round(seconds())} s`);
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
  } finally {
    await store.close();
  }
  console.log(`${service}: whole again after ${seconds().toFixed(1)} s`);
}

await runTool(main);
