import { execa } from 'execa';

/** Who listens on a TCP port, such as `redis-server (pid 4711)`; undefined when the system does not tell. */
export async function portHolder(port: number): Promise<string | undefined> {
  return (await fromSs(port)) ?? (await fromLsof(port));
}

async function fromSs(port: number): Promise<string | undefined> {
  const { stdout } = await execa('ss', ['-Hltnp', `sport = :${port}`], { reject: false });
  const [, name, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(stdout ?? '') ?? [];
  return name && `${name} (pid ${pid})`;
}

async function fromLsof(port: number): Promise<string | undefined> {
  const { stdout } = await execa('lsof', ['-nP', '-Fpc', '-sTCP:LISTEN', `-iTCP:${port}`], { reject: false });
  const [, pid, name] = /^p(\d+)\nc(.+)$/m.exec(stdout ?? '') ?? [];
  return name && `${name} (pid ${pid})`;
}
