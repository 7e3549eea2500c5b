import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseDuration } from '#shared/contracts/duration.ts';
import { parseFaults } from '#shared/faults/fault-spec.ts';
import { maskUrl } from '#shared/messaging/server-url.ts';

/**
 * Every variable that the stack and its services read: the only file that touches process.env. All are read once and
 * checked together, so that every bad value is reported at once. `.env.example` lists them (a test compares).
 */

const duration = (fallback: string, least = 1) =>
  z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== undefined && ms >= least) return ms;
      context.addIssue({ code: 'custom', message: 'is no duration: write it like 500ms, 30s, 10m or 2h' });
      return z.NEVER;
    });
const integer = (fallback: number, min: number, max: number) =>
  z
    .string()
    .default(String(fallback))
    .refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
      message: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number);
const decimal = (fallback: number, min: number, max: number) =>
  z
    .string()
    .default(String(fallback))
    .refine((text) => /^\d+(\.\d+)?$/.test(text) && Number(text) >= min && Number(text) <= max, {
      message: `must be a number from ${min} to ${max}`,
    })
    .transform(Number);
const port = (fallback: number) => integer(fallback, 1, 65_535);
const flag = z
  .enum(['0', '1'], 'must be 0 or 1')
  .default('0')
  .transform((text) => text === '1');
const faults = z
  .string()
  .transform((text, context) => {
    try {
      return parseFaults(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message.replaceAll('\n', '; ') });
      return z.NEVER;
    }
  })
  .optional();
const MIN_TOKEN = 16;
/** The text of the file that is named. */
const fileWith = (minLength: number) =>
  z.string().transform((file, context) => {
    try {
      const text = readFileSync(file, 'utf8').trim();
      if (text.length >= minLength) return text;
      context.addIssue({ code: 'custom', message: `must hold at least ${minLength} characters` });
    } catch (error) {
      context.addIssue({ code: 'custom', message: `cannot be read: ${(error as Error).message}` });
    }
    return z.NEVER;
  });
const url = (protocols: RegExp, example: string) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && protocols.test(text), { message: `must be a URL such as ${example}` })
    .optional();

/** The variables in the order of `.env.example`, each with its meaning. */
export const variables = {
  BIND: z
    .string()
    .default('127.0.0.1')
    .describe(
      'Address that every server binds to. Keep it loopback: NATS and Redis ask who comes, the HTTP pages do not.',
    ),
  ORDER_PORT: port(8080).describe('HTTP port of the order intake.'),
  NATS_PORT: port(14222).describe('Client port of the NATS server that `npm start` runs.'),
  NATS_MONITOR_PORT: port(18222).describe('HTTP monitoring port of that NATS server.'),
  REDIS_PORT: port(16379).describe('Port of the Redis server that `npm start` runs.'),
  PROMETHEUS_PORT: port(9090).describe('Port of the Prometheus that `npm start` runs where it can be had.'),
  GRAFANA_PORT: port(3000).describe('Port of Grafana (docker compose).'),
  TEMPO_PORT: port(3200).describe('HTTP port of Tempo (docker compose), where traces are asked for.'),
  LOKI_PORT: port(3100).describe('HTTP port of Loki (docker compose), where logs are asked for.'),
  OTLP_PORT: port(4318).describe('OTLP/HTTP port of the collector (docker compose): traces and logs of any program.'),
  NATS_URL: url(/^(nats|tls):/, 'nats://127.0.0.1:14222').describe(
    'NATS server that a service started by hand uses; `npm start` runs its own.',
  ),
  REDIS_URL: url(/^rediss?:/, 'redis://127.0.0.1:16379').describe(
    'Redis server that a service started by hand uses; `npm start` runs its own.',
  ),
  CREDENTIALS_FILE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Who a program is to NATS and Redis, as JSON. The stack makes one per service, and one for tools, in DATA_DIR/credentials.',
    ),
  DATA_DIR: z
    .string()
    .min(1)
    .default('.data')
    .describe('Folder for the data of NATS and Redis, logs and downloaded servers.'),
  ORDER_TIMEOUT: duration('30m').describe(
    'How long the kitchen waits for all events of an order. `npm start` and compose set 30s.',
  ),
  RESERVATION_TTL: duration('1h').describe(
    'How long inventory keeps a reservation. Longer than ORDER_TIMEOUT, or the two race.',
  ),
  RETENTION: duration('2h').describe('How long the stream keeps events; at least 3 x ORDER_TIMEOUT.'),
  DEAD_LETTER_RETENTION: duration('2h').describe(
    'How long dead letters are kept. Ended orders are remembered for RETENTION and this together.',
  ),
  PAYMENT_PENDING_AFTER: duration('1s').describe(
    'When the gateway has not answered by then, payment.initiated says so.',
  ),
  GATEWAY_LATENCY: duration('20ms', 0).describe('Mean answer time of the simulated payment gateway.'),
  DECLINE_RATE: decimal(0, 0, 1).describe('Share of charges that the simulated gateway declines at random (by SEED).'),
  SEED: integer(1, 0, 2 ** 31 - 1).describe('Seed of everything random.'),
  TIME_SCALE: decimal(1, 0.001, 100_000).describe(
    'Divides every business duration: with 60, ten minutes are lived in ten seconds.',
  ),
  ACK_WAIT: duration('5s').describe('How long JetStream waits for an acknowledgement before it delivers again.'),
  CONCURRENCY: integer(256, 1, 1024).describe('Messages that one instance handles at once.'),
  PARTITIONS: integer(1, 1, 1024).describe(
    'Hash slots (for Redis Cluster) that orders are spread over. Never change it over kept data.',
  ),
  DURABLE: flag.describe('1: NATS and Redis sync to disk at each write, so that a power cut loses nothing.'),
  DEMO_RATE: decimal(0, 0, 1_000).describe(
    'Orders per second of the gentle background load that shows every outcome. 0: none. docker compose: 2 unless told.',
  ),
  FAULTS: faults.describe(
    'Faults that every service injects from its start, as JSON; what there is: npm run chaos -- fault list --help. Unset: none.',
  ),
  CHAOS_TOKEN: z
    .string()
    .min(MIN_TOKEN, `must have at least ${MIN_TOKEN} characters: make one by openssl rand -hex ${MIN_TOKEN}`)
    .optional()
    .describe(
      'Who knows it may inject faults at run time, by PUT /faults of an admin port. Without it there is no such route.',
    ),
  CHAOS_TOKEN_FILE: fileWith(MIN_TOKEN).optional().describe('File with the CHAOS_TOKEN, where that is not set.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'must be a pino level')
    .default('info')
    .describe('Least level that is logged.'),
} as const;

const schema = z.object(variables);
type Raw = z.infer<typeof schema>;

/** Durations in ms, already divided by TIME_SCALE where they are business durations. */
export interface Settings extends Omit<Raw, 'CHAOS_TOKEN_FILE'> {
  readonly NATS_URL: string;
  readonly REDIS_URL: string;
  /** Port of a service's admin server; `kitchen-service` reads ADMIN_PORT_KITCHEN_SERVICE. Undefined: any free one. */
  readonly adminPort: number | undefined;
}

/** One or more variables are wrong; `message` has a line for each. */
export class BadSettings extends Error {
  override readonly name = 'BadSettings';
}

const BUSINESS = ['ORDER_TIMEOUT', 'RESERVATION_TTL', 'PAYMENT_PENDING_AFTER', 'GATEWAY_LATENCY'] as const;

export const adminPortVariable = (service: string): string =>
  `ADMIN_PORT_${service.toUpperCase().replaceAll('-', '_')}`;

/** The environment of a child process: this one's own, and what is added to it. */
export const childEnvironment = (added: Record<string, string>): Record<string, string | undefined> => ({
  ...process.env,
  ...added,
});

/** @throws BadSettings naming every bad variable, what is wrong with it and what to write instead. */
export function readSettings(env: Record<string, string | undefined> = process.env, service?: string): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const adminVariable = adminPortVariable(service ?? '');
  const parsed = schema.extend({ [adminVariable]: integer(0, 0, 65_535) }).safeParse(given);
  if (!parsed.success)
    throw badSettings(
      parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message]),
      given,
    );
  const { CHAOS_TOKEN_FILE: tokenInFile, ...raw } = parsed.data as Raw & Record<string, unknown>;
  const settings: Settings = {
    ...raw,
    ...Object.fromEntries(BUSINESS.map((name) => [name, Math.ceil(raw[name] / raw.TIME_SCALE)])),
    CHAOS_TOKEN: raw.CHAOS_TOKEN ?? tokenInFile,
    NATS_URL: raw.NATS_URL ?? `nats://${raw.BIND}:${raw.NATS_PORT}`,
    REDIS_URL: raw.REDIS_URL ?? `redis://${raw.BIND}:${raw.REDIS_PORT}`,
    adminPort: Number(raw[adminVariable]) || undefined,
  };
  checkTogether(settings, given);
  return settings;
}

function checkTogether(settings: Settings, given: Record<string, string | undefined>): void {
  const problems: [string, string][] = [];
  if (settings.RETENTION < 3 * settings.ORDER_TIMEOUT)
    problems.push([
      'RETENTION',
      `must be at least 3 x ORDER_TIMEOUT (${settings.ORDER_TIMEOUT} ms here): raise it, or lower ORDER_TIMEOUT`,
    ]);
  if (3 * settings.ACK_WAIT > settings.ORDER_TIMEOUT)
    problems.push([
      'ACK_WAIT',
      `must be at most a third of ORDER_TIMEOUT (${settings.ORDER_TIMEOUT} ms here): lower it, or raise ORDER_TIMEOUT`,
    ]);
  if (problems.length > 0) throw badSettings(problems, given);
}

const badSettings = (problems: [string, string][], given: Record<string, string | undefined>): BadSettings =>
  new BadSettings(
    [
      'These variables are wrong:',
      ...problems.map(([name, problem]) => `  ${name}=${masked(name, given[name])} ${problem}`),
    ].join('\n'),
  );

/** A URL may hold a password, a token is one. */
const masked = (name: string, value: string | undefined): string =>
  name.endsWith('_TOKEN') ? '***' : name.endsWith('_URL') && value ? maskUrl(value) : (value ?? '(not set)');
