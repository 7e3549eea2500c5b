import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { withUser } from '#shared/messaging/server-url.ts';
import { writeSecret } from '../access/write-secret.ts';
import { ask } from '../commands/ask.ts';
import type { Launch, LaunchInput } from '../processes/launch.ts';

/** How to run NATS with JetStream, and how to tell that it, and no other server on that port, answers. */
export async function natsLaunch({
  program,
  dir,
  bind,
  ports,
  durable,
  logFile,
  access,
}: LaunchInput): Promise<Launch> {
  const [port, monitorPort] = ports as [number, number];
  const serverName = `pizza-${randomUUID()}`;
  const config = join(dir, 'nats.conf');
  const lines = [
    `server_name: ${serverName}`,
    `listen: ${JSON.stringify(`${bind}:${port}`)}`,
    `http: ${JSON.stringify(`${bind}:${monitorPort}`)}`,
    `jetstream { store_dir: ${JSON.stringify(dir)}${durable ? ', sync_interval: always' : ''} }`,
    access?.users ?? '',
  ];
  await writeSecret(config, `${lines.join('\n')}\n`);
  const url = `nats://${bind}:${port}`;
  return {
    name: program.name,
    url: access ? withUser(url, access.as.user, access.as.password) : url,
    monitorUrl: `http://${bind}:${monitorPort}`,
    file: program.path,
    args: ['-c', config],
    env: program.env,
    logFile,
    answers: async () => (await ask(bind, port, '', /\n/)).includes(serverName),
  };
}
