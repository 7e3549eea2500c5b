import { Command, CommanderError } from 'commander';

/** Undefined: help was asked for and printed. @throws CommanderError for a wrong argument, which it has printed */
export function parseCheckOptions(args: readonly string[]): { readonly keep: boolean } | undefined {
  const command = new Command('npm run test:compose --')
    .description(
      `Starts docker-compose.yml as a project of its own on free ports, runs an order of each outcome through it, and asks
Grafana, Tempo, Loki and Prometheus for what they made of it; then takes everything down, also on Ctrl-C.

Exit code: 0 all held, 1 something did not, 77 skipped because no Docker engine answers.`,
    )
    .option('--keep', 'leave the containers running afterwards, to look at them', false)
    .allowExcessArguments(false)
    .exitOverride();
  try {
    return command.parse(args, { from: 'user' }).opts<{ keep: boolean }>();
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    throw error;
  }
}
