import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { execa } from 'execa';
import { hostAndPort } from '#shared/messaging/server-url.ts';
import { StartFailure } from './start-failure.ts';

export interface PortWish {
  /** Undefined: any free one. */
  readonly port: number | undefined;
  /** What to change when `port` is taken. */
  readonly variable: string;
}

/** The program found its port taken, although it was free a moment ago. */
export class AddressInUse extends StartFailure {}

// Below the range (32768 up) from which systems take the ports of outgoing connections: else a client that reconnects
// to a server being restarted may itself be given the server's port.
// Each process looks in a part of it: what another one has chosen, and does not listen on yet, is seldom met.
const FIRST = 20_000 + (process.pid % 12) * 1_000;
const RANGE = [FIRST, FIRST + 1_000] as const;
const ATTEMPTS = 10;

/** Calls `start` with the wished or free ports, again with others when another program was faster to take one. */
export async function withFreePorts<Result>(
  bind: string,
  wishes: readonly PortWish[],
  start: (ports: readonly number[]) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const ports: number[] = [];
    for (const { port, variable } of wishes) {
      if (port !== undefined) await assertPortFree(bind, port, variable);
      ports.push(port ?? (await freePort(bind)));
    }
    try {
      return await start(ports);
    } catch (error) {
      const retry = error instanceof AddressInUse && wishes.some(({ port }) => port === undefined);
      if (!retry || attempt === ATTEMPTS) throw error;
    }
  }
}

/** The last ports that were chosen here: they may not be listened on yet. */
const chosen = new Set<number>();
const MAX_CHOSEN = 500;

/**
 * A port that nobody listens on at the moment, and that was not chosen here lately.
 * @throws StartFailure when this machine does not have the address
 */
export async function freePort(bind: string, [lowest, highest]: readonly [number, number] = RANGE): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest);
    if (chosen.has(port)) continue;
    chosen.add(port);
    for (const oldest of chosen) if (chosen.size > MAX_CHOSEN) chosen.delete(oldest);
    const fault = await whyNotFree(bind, port);
    if (!fault) return port;
    if (fault.code !== 'EADDRINUSE') throw unusable(bind, port, fault);
  }
}

/** @throws StartFailure naming the variable, who holds the port where the system tells, and the remedy. */
export async function assertPortFree(bind: string, port: number, variable: string): Promise<void> {
  const fault = await whyNotFree(bind, port);
  if (!fault) return;
  if (fault.code !== 'EADDRINUSE') throw unusable(bind, port, fault, variable);
  const holder = await portHolder(port);
  throw new StartFailure(
    `port ${port} (${variable}) is taken${holder}. Stop that program, or set ${variable} to a free port.`,
  );
}

const unusable = (bind: string, port: number, fault: Error, variable?: string): StartFailure =>
  new StartFailure(
    `cannot listen on ${hostAndPort(bind, port)} (${fault.message}). Set BIND to an address of this machine${variable ? `, or ${variable} to another port` : ''}.`,
  );

function whyNotFree(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** ` by redis-server (pid 4711)`; '' when neither `ss` (Linux) nor `lsof` tells. */
async function portHolder(port: number): Promise<string> {
  const output = async (file: string, ...args: string[]) => (await execa(file, args, { reject: false })).stdout ?? '';
  const ss = await output('ss', '-Hltnp', `sport = :${port}`);
  const [, name, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(ss) ?? [];
  if (name) return ` by ${name} (pid ${pid})`;
  const lsof = await output('lsof', '-nP', '-Fpc', '-sTCP:LISTEN', `-iTCP:${port}`);
  const [, itsPid, itsName] = /^p(\d+)\nc(.+)$/m.exec(lsof) ?? [];
  return itsName ? ` by ${itsName} (pid ${itsPid})` : '';
}
