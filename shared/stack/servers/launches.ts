import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostAndPort } from '#shared/messaging/server-url.ts';
import { writeSecret } from '../access/credentials-files.ts';
import { answersWith, ask } from '../processes/ask.ts';
import type { GuardedCommand } from '../processes/guarded-process.ts';
import type { Program } from '../programs/programs.ts';
import { prometheusConfig, type ScrapeJob } from './prometheus-config.ts';

export interface ServerAccess {
  /** In the server's own words: users, what each may do, and hashes of their passwords. */
  readonly users: string;
  /** The one that the server's URL names, and that asks whether it answers. */
  readonly as: { readonly user: string; readonly password: string };
}

export interface LaunchInput {
  readonly program: Program;
  readonly dir: string;
  readonly bind: string;
  /** The server's own port, then further ones: NATS' monitoring; Restate's administration and node. */
  readonly ports: readonly number[];
  readonly durable: boolean;
  readonly access: ServerAccess | undefined;
}

/** What differs from server to server. */
export interface Launch extends Pick<GuardedCommand, 'user' | 'stopSignal'> {
  readonly protocol: 'nats' | 'redis' | 'postgres' | 'http';
  /** What the URL names behind the port. */
  readonly path?: string;
  readonly args: readonly string[];
  /** Whether the process with this pid, and no other on its port, serves. Never rejects. */
  readonly answers: (pid: number) => Promise<boolean>;
}

export type LaunchOf = (input: LaunchInput) => Promise<Launch>;

/** NATS with JetStream, known by a name of its own. */
export const natsLaunch: LaunchOf = async ({ dir, bind, ports: [port, monitorPort], durable, access }) => {
  const serverName = `pizza-${randomUUID()}`;
  const config = join(dir, 'nats.conf');
  const lines = [
    `server_name: ${serverName}`,
    `listen: "${hostAndPort(bind, port)}"`,
    `http: "${hostAndPort(bind, monitorPort)}"`,
    `jetstream { store_dir: ${JSON.stringify(dir)}${durable ? ', sync_interval: always' : ''} }`,
    access?.users ?? '',
  ];
  await writeSecret(config, `${lines.join('\n')}\n`);
  return {
    protocol: 'nats',
    args: ['-c', config],
    answers: async () => (await ask(bind, Number(port), '', /\n/)).includes(serverName),
  };
};

/** Redis with an append-only file, known by its pid; it answers PING once its data is loaded. */
export const redisLaunch: LaunchOf = async ({ dir, bind, ports: [port], durable, access }) => {
  const aclfile = join(dir, 'users.acl');
  if (access) await writeSecret(aclfile, access.users);
  const options = {
    bind,
    port: String(port),
    dir,
    save: '',
    appendonly: 'yes',
    appendfsync: durable ? 'always' : 'everysec',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
    ...(access && { aclfile }),
  };
  const login = access ? `AUTH ${access.as.user} ${access.as.password}\r\n` : '';
  return {
    protocol: 'redis',
    args: Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    async answers(pid) {
      const question = `${login}INFO server\r\nPING\r\n`;
      const answer = await ask(bind, Number(port), question, /\r\n(\+PONG|-[A-Z]+ .*)\r\n/);
      return answer.includes(`process_id:${pid}\r\n`) && answer.includes('+PONG');
    },
  };
};

/** Prometheus with exemplars, known by the configuration that it has read. k6 may write to it. */
export const prometheusLaunch =
  (jobs: readonly ScrapeJob[]): LaunchOf =>
  async ({ dir, bind, ports: [port] }) => {
    const config = join(dir, 'prometheus.yml');
    await writeFile(config, prometheusConfig({ jobs }));
    const api = `http://${hostAndPort(bind, port)}`;
    return {
      protocol: 'http',
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(dir, 'tsdb')}`,
        '--storage.tsdb.retention.time=1d',
        `--web.listen-address=${hostAndPort(bind, port)}`,
        '--enable-feature=exemplar-storage',
        '--web.enable-remote-write-receiver',
        '--log.level=warn',
      ],
      answers: async () =>
        (await answersWith(`${api}/-/ready`)) &&
        answersWith(`${api}/api/v1/status/flags`, (text) => text.includes(JSON.stringify(config))),
    };
  };

/** Few: two cores are busiest with these. Only the first start of a data folder sets it. */
const PARTITIONS = 4;

/** Restate, alone in its cluster, known by the ports that it tells. Its node-to-node port is bound like the others. */
export const restateLaunch: LaunchOf = async ({ dir, bind, ports: [port, adminPort, nodePort] }) => {
  const config = join(dir, 'restate.toml');
  const listen = (port: number | undefined) => `bind-address = "${hostAndPort(bind, port)}"`;
  const lines = [
    `base-dir = ${JSON.stringify(dir)}`,
    'node-name = "pizza"',
    `default-num-partitions = ${PARTITIONS}`,
    'disable-telemetry = true',
    'log-format = "compact"',
    'log-disable-ansi-codes = true',
    'listen-mode = "tcp"',
    listen(nodePort),
    `[admin]\n${listen(adminPort)}`,
    `[ingress]\n${listen(port)}`,
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  const version = `http://${hostAndPort(bind, adminPort)}/version`;
  return {
    protocol: 'http',
    args: ['--no-logo', '--config-file', config],
    answers: () => answersWith(version, (text) => text.includes(`"http://${hostAndPort(bind, port)}/"`)),
  };
};

/** Toxiproxy. It begins without a proxy: one that was there before would have some. */
export const toxiproxyLaunch: LaunchOf = async ({ bind, ports: [port] }) => ({
  protocol: 'http',
  args: ['-host', bind, '-port', String(port)],
  answers: () => answersWith(`http://${hostAndPort(bind, port)}/proxies`, (text) => text.trim() === '{}'),
});
