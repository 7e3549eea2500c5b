import { Command } from 'commander';
import { hostAndPort } from '#shared/messaging/server-url.ts';
import { loadPattern, serviceNames } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { calledAs } from '#shared/stack/commands/arguments.ts';
import { runTool } from '#shared/stack/commands/run-tool.ts';
import { adminPortOf, stackEnvironment } from '#shared/stack/stack-environment.ts';
import { causes, describeFindings } from './describe-findings.ts';
import { examine } from './examine.ts';
import type { Places } from './hop.ts';

/** `npm run stack:doctor`: exits 0 when every hop works, 1 when one is broken. */
async function main(): Promise<number> {
  const places = await placesOf(stackEnvironment());
  const command = new Command(calledAs('stack:doctor'))
    .description(
      'Explains an empty dashboard: asks every hop from the services to Grafana and says which one is broken.',
    )
    .option('--prometheus <url>', 'where Prometheus answers', places.prometheus)
    .option('--intake <url>', 'where the order intake answers', places.intake)
    .option('--collector <url>', 'where the collector takes OTLP/HTTP', places.collector)
    .option('--tempo <url>', 'where Tempo answers', places.tempo)
    .option('--loki <url>', 'where Loki answers', places.loki)
    .option('--grafana <url>', 'where Grafana answers', places.grafana)
    .option('--all', 'expect the collector, Tempo, Loki and Grafana even if none of them answers', false)
    .option('--json', 'print the findings as JSON', false)
    .addHelpText('after', '\nIt changes nothing. The ports come from .env, else from .env.example.')
    .allowExcessArguments(false)
    .exitOverride()
    .parse();
  const { all, json, ...given } = command.opts<typeof places & { all: boolean; json: boolean }>();
  const findings = await examine({ ...places, ...given }, { all });
  console.log(json ? JSON.stringify(findings, null, 2) : describeFindings(findings).join('\n'));
  return causes(findings).length > 0 ? 1 : 0;
}

/** `npm start` and docker compose use the same ports. @throws BadSettings */
async function placesOf(env: Readonly<Record<string, string>>): Promise<Places> {
  const { PATTERN, STORE, BIND, ORDER_PORT, PROMETHEUS_PORT, OTLP_PORT, TEMPO_PORT, LOKI_PORT, GRAFANA_PORT } =
    readSettings(env);
  const pattern = await loadPattern(PATTERN);
  const at = (port: number | string | undefined) => `http://${hostAndPort(BIND, port)}`;
  return {
    intake: at(ORDER_PORT),
    admin: Object.fromEntries(
      serviceNames(pattern).map((service) => [service, at(adminPortOf(pattern, service, env))]),
    ),
    prometheus: at(PROMETHEUS_PORT),
    store: STORE,
    collector: at(OTLP_PORT),
    tempo: at(TEMPO_PORT),
    loki: at(LOKI_PORT),
    grafana: at(GRAFANA_PORT),
  };
}

await runTool(main);
