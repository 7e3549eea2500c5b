import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../../shared/stack/commands/arguments.ts';
import { isLoopback, refuseForeign } from '../k6/loopback.ts';

/** What each profile does, as `--help` says. Each has a k6 script of its name. */
export const profiles = {
  smoke: 'does everything work? 10/s for 10 s',
  steady: 'a busy evening: 200/s for 10 min, every SLO must hold',
  spike: 'ten times the rate (100/s) at once, for 30 s: refused politely, nothing lost, soon back to normal',
  stress: 'more and more (up to 8 x 100/s): how does it give in?',
  soak: 'half of what it can take (200/s) for 30 min: what leaks?',
  breakpoint: 'the highest rate at which every SLO holds: a stair from 100/s, 20 s a step',
} as const;
export type Profile = keyof typeof profiles;

const instruments = ['none', 'metrics', 'traces'] as const;

export interface LoadOptions {
  readonly profile: Profile;
  /** Orders per second; undefined: the profile's own. */
  readonly rate: number | undefined;
  /** `30s`, `10m`; undefined: the profile's own. */
  readonly duration: string | undefined;
  readonly seed: number;
  readonly mix: 'realistic' | 'plain';
  /** Base URL of an order intake that is up; undefined: a stack of its own. */
  readonly target: string | undefined;
  readonly iOwnThisTarget: boolean;
  readonly kitchens: number;
  readonly telemetry: (typeof instruments)[number];
  readonly prometheus: string | undefined;
  readonly grafana: string | undefined;
  /** Folder for the report; undefined: one of its own in the data folder. */
  readonly report: string | undefined;
}

/** Reads the arguments after the script's name. Undefined: help was asked for and printed. @throws CommanderError for a wrong one. */
export function parseLoadOptions(args: readonly string[], print?: (text: string) => void): LoadOptions | undefined {
  const command = describe();
  if (print) command.configureOutput({ writeOut: print, writeErr: print });
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    throw error;
  }
  const options = { profile: command.args[0] as Profile, ...command.opts<Omit<LoadOptions, 'profile'>>() };
  try {
    if (options.target) refuseForeign(options.target, options.iOwnThisTarget);
    return options;
  } catch (error) {
    return command.error(`error: ${(error as Error).message}`);
  }
}

function describe(): Command {
  const list = Object.entries(profiles).map(([name, what]) => `  ${name.padEnd(12)}${what}`);
  const mix = new Option('--mix <mix>', 'with declines, sold-out pizzas and repetitions, or not');
  const telemetry = new Option(
    '--telemetry <what>',
    'of the own stack: `traces` sends spans to a receiver that drops them',
  );
  const prometheus = 'where k6 writes its figures; default: that of the stack, if there is one';
  const grafana = 'where the run is annotated; with --target: the one of this machine, if it answers';
  return new Command('npm run load --')
    .description('Loads the order intake with k6 and reports the outcome of every order. Ctrl-C stops all.')
    .addArgument(new Argument('<profile>', 'see below').choices(Object.keys(profiles)))
    .option('--rate <n>', "orders per second, instead of the profile's own", wholeNumber(1, 999_999))
    .option('--duration <time>', 'of each phase, such as 30s or 10m', duration)
    .option('--seed <n>', 'which orders come', wholeNumber(1, 999_999_999), 1)
    .addOption(mix.choices(['realistic', 'plain']).default('realistic'))
    .option('--target <url>', 'an order intake that runs already; default: a stack of its own on free ports')
    .option('--i-own-this-target', 'allow a target that is not on this machine', false)
    .option('--kitchens <n>', 'replicas of the service that decides, in the own stack', wholeNumber(1, 16), 1)
    .addOption(telemetry.choices(instruments).default('metrics'))
    .option('--prometheus <url>', prometheus, loopbackUrl)
    .option('--grafana <url>', grafana, loopbackUrl)
    .option('--report <dir>', 'folder for the report; default: .data/reports/<run>')
    .addHelpText('after', `\nProfiles:\n${list.join('\n')}\n\nVariables: see .env.example; a file .env is read.`)
    .allowExcessArguments(false)
    .exitOverride();
}

/** As k6's scripts read it: whole seconds at least. */
function duration(text: string): string {
  if (/^[1-9]\d*(s|m|h)$/.test(text)) return text;
  throw new InvalidArgumentError('Write it like 30s, 10m or 1h.');
}

/** An address of this machine, without a slash at its end. */
export function loopbackUrl(text: string): string {
  if (URL.canParse(text) && isLoopback(text)) return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('Give an address of this machine, such as http://127.0.0.1:9090.');
}
