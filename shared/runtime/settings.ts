import { z } from 'zod';
import { hostAndPort, maskUrl } from '#shared/messaging/server-url.ts';
import { storeKinds } from '#shared/store/store-kinds.ts';
import { fitDefaults, problemsOf } from './related-durations.ts';
import {
  decimal,
  duration,
  faults,
  flag,
  folder,
  host,
  integer,
  level,
  path,
  pattern,
  port,
  serviceVariable,
  token,
  tokenFile,
  url,
} from './setting-kinds.ts';
import { type StoreSettings, store, storeSettingsOf, storeVariables } from './store-settings.ts';

/** Every variable: read here alone, checked together, all bad values reported at once. `.env.example` lists them. */

/** The variables in the order of `.env.example`, each with its meaning. */
export const variables = {
  BIND: host.prefault('127.0.0.1').describe('Address that every server binds to. Keep it loopback: HTTP has no login.'),
  ORDER_PORT: port(8080).describe('HTTP port of the order intake.'),
  NATS_PORT: port(14222).describe('Client port of the NATS server that `npm start` runs.'),
  NATS_MONITOR_PORT: port(18222).describe('HTTP monitoring port of that NATS server.'),
  RESTATE_PORT: port(18080).describe('Port of the Restate server that `npm start` runs for a pattern that needs one.'),
  RESTATE_ADMIN_PORT: port(19070).describe('Port of that server’s administration and web page.'),
  RESTATE_ENDPOINT_PORT: port(19080).describe('Port at which that server calls the service whose workflows it keeps.'),
  PROMETHEUS_PORT: port(9090).describe('Port of the Prometheus that `npm start` runs where it can be had.'),
  GRAFANA_PORT: port(3000).describe('Port of Grafana (docker compose).'),
  TEMPO_PORT: port(3200).describe('HTTP port of Tempo (docker compose), where traces are asked for.'),
  LOKI_PORT: port(3100).describe('HTTP port of Loki (docker compose), where logs are asked for.'),
  OTLP_PORT: port(4318).describe('OTLP/HTTP port of the collector (docker compose): traces and logs of any program.'),
  PATTERN: pattern.describe(
    'The wiring of the services: a folder of services/patterns. `npm start` keeps the data of each apart.',
  ),
  STORE: store.describe(
    `Where services keep their state: ${storeKinds.map(({ name }) => name).join(', ')}. STORE_KITCHEN_SERVICE=… chooses for one service.`,
  ),
  NATS_URL: url(/^(nats|tls):/, 'nats://127.0.0.1:14222').describe('NATS server of a service that is started by hand.'),
  CREDENTIALS_FILE: path.optional().describe('A program’s user and passwords, as JSON; made in DATA_DIR/credentials.'),
  DATA_DIR: folder.prefault('.data').describe('Folder for the data of NATS and Redis, logs and downloaded servers.'),
  ORDER_TIMEOUT: duration('30m').describe('How long an order waits for its events. `npm start`, compose: 30s.'),
  RESERVATION_TTL: duration('1h').describe(
    'How long inventory reserves. Unset, it is at least 2 x ORDER_TIMEOUT, or the two race.',
  ),
  RETENTION: duration('2h').describe(
    'How long the stream keeps events: at least 3 x ORDER_TIMEOUT, which an unset one follows.',
  ),
  DEAD_LETTER_RETENTION: duration('2h').describe('How long dead letters are kept, and ended orders after RETENTION.'),
  PAYMENT_PENDING_AFTER: duration('1s').describe('payment.initiated says that the gateway has not answered by then.'),
  GATEWAY_LATENCY: duration('20ms', 0).describe('Mean answer time of the simulated payment gateway.'),
  DECLINE_RATE: decimal(0, 0, 1).describe('Share of charges that the simulated gateway declines at random (by SEED).'),
  SEED: integer(1, 0, 2 ** 31 - 1).describe('Seed of everything random.'),
  TIME_SCALE: decimal(1, 0.001, 100_000).describe('Divides every business duration: with 60, 10m pass in 10s.'),
  ACK_WAIT: duration('5s').describe(
    'JetStream redelivers after it: at most a third of ORDER_TIMEOUT, which an unset one follows.',
  ),
  CONCURRENCY: integer(256, 1, 1024).describe('Messages that one instance handles at once.'),
  DURABLE: flag.describe(
    '1: NATS and Redis sync to disk at each write, so that a power cut loses nothing. PostgreSQL and SQLite always do.',
  ),
  DEMO_RATE: decimal(0, 0, 1_000).describe('Background orders per second, of every outcome. docker compose sets 2.'),
  FAULTS: faults.describe('Faults from the start on, as JSON; `npm run chaos -- fault list --help` lists them.'),
  CHAOS_TOKEN: token.optional().describe('Allows PUT /faults on an admin port; without it there is no such route.'),
  CHAOS_TOKEN_FILE: tokenFile.optional().describe('File with the CHAOS_TOKEN, where that is not set.'),
  LOG_LEVEL: level.default('info').describe('Least level that is logged.'),
} as const;

/** Those of the stores included. */
export const allVariables = { ...variables, ...storeVariables };

const schema = z.object(variables);
type Raw = z.infer<typeof schema>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Durations in ms, already divided by TIME_SCALE where they are business durations. */
export interface Settings extends Omit<Raw, 'CHAOS_TOKEN_FILE' | 'STORE'>, StoreSettings {
  readonly NATS_URL: string;
  /** Port of a service's admin server; `kitchen-service` reads ADMIN_PORT_KITCHEN_SERVICE. Undefined: any free one. */
  readonly adminPort: number | undefined;
}

/** One or more variables are wrong; `message` has a line for each. */
export class BadSettings extends Error {
  override readonly name = 'BadSettings';
}

const BUSINESS = ['ORDER_TIMEOUT', 'RESERVATION_TTL', 'PAYMENT_PENDING_AFTER', 'GATEWAY_LATENCY'] as const;

/** What the settings say of the streams and durables, as the broker's adapter takes it. ms */
export const brokerTimesOf = (settings: Pick<Settings, 'ACK_WAIT' | 'RETENTION' | 'DEAD_LETTER_RETENTION'>) => ({
  ackWaitMs: settings.ACK_WAIT,
  retentionMs: settings.RETENTION,
  deadLetterRetentionMs: settings.DEAD_LETTER_RETENTION,
});

export const adminPortVariable = (service: string): string => serviceVariable('ADMIN_PORT', service);

/** Adds variables to this process' own, which win. */
export function addToEnvironment(added: Environment): void {
  for (const [name, value] of Object.entries(added)) process.env[name] ??= value;
}

/** The environment of a child process: this one's own, and what is added to it. */
export const childEnvironment = (added: Environment): Environment => ({ ...process.env, ...added });

/** `DEFAULT_ORDER_TIMEOUT=30s`: the default of one way to start; unlike a set variable it yields to what is set. */
const defaultsIn = (env: Environment): Environment =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (/^DEFAULT_/.test(name) ? [[name.slice(8), value]] : [])),
  );

/** @throws BadSettings naming every bad variable, what is wrong with it and what to write instead. */
export function readSettings(env: Environment = process.env, service = ''): Settings {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const given = { ...defaultsIn(set), ...set };
  const adminVariable = adminPortVariable(service);
  const ofServices = Object.keys(given).filter((name) => /^STORE_\w+$/.test(name));
  const parsed = schema
    .extend({
      ...storeVariables,
      [adminVariable]: integer(0, 0, 65_535),
      ...Object.fromEntries(ofServices.map((name) => [name, store])),
    })
    .safeParse(given);
  if (!parsed.success)
    throw badSettings(
      parsed.error.issues.map(({ path, message }) => [String(path[0]), message]),
      given,
    );
  const all = parsed.data as Raw & Record<string, unknown>;
  const { CHAOS_TOKEN_FILE: tokenInFile, ...raw } = all;
  const NATS_URL = raw.NATS_URL ?? `nats://${hostAndPort(raw.BIND, raw.NATS_PORT)}`;
  const scaled = {
    ...raw,
    ...Object.fromEntries(BUSINESS.map((name) => [name, Math.ceil(raw[name] / raw.TIME_SCALE)])),
  };
  const settings: Settings = {
    ...scaled,
    ...fitDefaults(scaled, (name) => set[name] !== undefined),
    CHAOS_TOKEN: raw.CHAOS_TOKEN ?? tokenInFile,
    ...storeSettingsOf(all, { ...raw, NATS_URL }),
    NATS_URL,
    adminPort: Number(all[adminVariable]) || undefined,
  };
  const problems = problemsOf(settings);
  if (problems.length > 0) throw badSettings(problems, given);
  return settings;
}

function badSettings(
  problems: readonly (readonly [variable: string, problem: string])[],
  given: Environment,
): BadSettings {
  const lines = problems.map(([name, problem]) => `  ${name}=${masked(name, given[name])} ${problem}`);
  return new BadSettings(['These variables are wrong:', ...lines].join('\n'));
}

/** A URL may hold a password, a token is one. */
const masked = (name: string, value: string | undefined): string =>
  name.endsWith('_TOKEN') ? '***' : name.endsWith('_URL') && value ? maskUrl(value) : (value ?? '(not set)');
