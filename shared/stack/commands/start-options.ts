import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { ServiceWish } from '../service-plan.ts';

export interface StartOptions {
  /** Stop after the sample order. */
  readonly once: boolean;
  readonly services: readonly ServiceWish[];
  /** Services of the flow that are left out. */
  readonly without: readonly string[];
}

const MAX_REPLICAS = 16;

/** Reads the arguments after the script's name; `names`: the pattern's services. Undefined: help was asked for and printed. @throws CommanderError for a wrong one. */
export function parseStartOptions(args: readonly string[], names: readonly string[]): StartOptions | undefined {
  try {
    const { once, replicas, without } = startCommand(names).parse(args, { from: 'user' }).opts<Parsed>();
    const wanted = names.filter((name) => !without.includes(name));
    return { once, services: wanted.map((name) => ({ name, replicas: replicas.get(name) ?? 1 })), without };
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    throw error;
  }
}

interface Parsed {
  readonly once: boolean;
  readonly replicas: ReadonlyMap<string, number>;
  readonly without: readonly string[];
}

const startCommand = (names: readonly string[]): Command =>
  new Command('npm start --')
    .description(
      'Starts NATS, Redis, the services and, where it can be had, Prometheus; sends one sample order through. Ctrl-C stops all.',
    )
    .option('--once', 'stop after the sample order; exit 0 only when it became ready', false)
    .addOption(
      new Option('--replicas <service=n>', `several replicas of a service, such as ${names[0]}=2; repeatable`)
        .default(new Map<string, number>(), 'one of each')
        .argParser((text, all: Map<string, number>) => new Map([...all, parseReplicas(text, names)])),
    )
    .addOption(
      new Option('--without <service>', 'leave a service out and see what happens; repeatable')
        .default([] as string[], 'none')
        .argParser((text, all: string[]) => [...all, known(text, names)]),
    )
    .addHelpText('after', `\nServices: ${names.join(', ')}\nVariables: see .env.example; a file .env is read.`)
    .allowExcessArguments(false)
    .exitOverride();

function parseReplicas(text: string, names: readonly string[]): [string, number] {
  const [, name, count] = /^([^=]+)=(\d+)$/.exec(text) ?? [];
  const replicas = Number(count);
  if (!name || replicas < 1 || replicas > MAX_REPLICAS)
    throw new InvalidArgumentError(`Write it like ${names[0]}=2, with 1 to ${MAX_REPLICAS} replicas.`);
  return [known(name, names), replicas];
}

function known(name: string, names: readonly string[]): string {
  if (!names.includes(name)) throw new InvalidArgumentError(`The services are: ${names.join(', ')}.`);
  return name;
}
