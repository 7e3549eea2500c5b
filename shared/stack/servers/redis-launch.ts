import { join } from 'node:path';
import { withUser } from '#shared/messaging/server-url.ts';
import { writeSecret } from '../access/write-secret.ts';
import { ask } from '../commands/ask.ts';
import type { Launch, LaunchInput } from '../processes/launch.ts';

/** How to run Redis, and how to tell that it, and no other server on that port, answers with its data loaded. */
export async function redisLaunch({
  program,
  dir,
  bind,
  ports,
  durable,
  logFile,
  access,
}: LaunchInput): Promise<Launch> {
  const [port] = ports as [number];
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
  const url = `redis://${bind}:${port}`;
  const login = access ? `AUTH ${access.as.user} ${access.as.password}\r\n` : '';
  return {
    name: program.name,
    url: access ? withUser(url, access.as.user, access.as.password) : url,
    file: program.path,
    args: Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    env: program.env,
    logFile,
    answers: async (pid) => {
      const answer = await ask(bind, port, `${login}INFO server\r\nPING\r\n`, /\r\n(\+PONG|-[A-Z]+ .*)\r\n/);
      return answer.includes(`process_id:${pid}\r\n`) && answer.includes('+PONG');
    },
  };
}
