import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface HttpConnections {
  /** Posts JSON over a free connection; resolves with the answer's JSON. @throws Error on any status but 202. */
  post(body: string): Promise<Record<string, unknown>>;
  close(): void;
}

interface Waiter {
  resolve(answer: Record<string, unknown>): void;
  reject(error: Error): void;
}

/**
 * Keep-alive HTTP/1.1 connections to one URL that cost the driver next to nothing: it shares the cores with what is
 * measured, and node's own client would take as much CPU as the intake. Understands answers with a content-length only.
 */
export async function openHttpConnections(url: string, count: number): Promise<HttpConnections> {
  const target = new URL(url);
  const connections = await Promise.all(Array.from({ length: count }, () => openConnection(target)));
  const free = [...connections];
  const queue: ((connection: Connection) => void)[] = [];
  const acquire = () => free.pop() ?? new Promise<Connection>((resolve) => queue.push(resolve));
  const release = (connection: Connection) => {
    const next = queue.shift();
    if (next) next(connection);
    else free.push(connection);
  };
  return {
    async post(body) {
      const connection = await acquire();
      try {
        return await connection.post(body);
      } finally {
        release(connection);
      }
    },
    close() {
      for (const connection of connections) connection.socket.destroy();
    },
  };
}

interface Connection {
  readonly socket: Socket;
  post(body: string): Promise<Record<string, unknown>>;
}

async function openConnection({ hostname, port, pathname }: URL): Promise<Connection> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  let waiter: Waiter | undefined;
  let received = '';
  const fail = (error: Error) => waiter?.reject(error);
  socket.setEncoding('latin1');
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the intake closed the connection')));
  socket.on('data', (chunk) => {
    received += chunk;
    const answer = answerIn(received);
    if (!answer) return;
    received = '';
    const current = waiter;
    waiter = undefined;
    if (answer.status === 202) current?.resolve(JSON.parse(answer.body));
    else current?.reject(new Error(`the intake answered ${answer.status}: ${answer.body}`));
  });
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\n`;
  const post = (body: string) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      waiter = { resolve, reject };
      socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  return { socket, post };
}

/** The one answer in what was received so far, as single-byte text; undefined while it is incomplete. */
export function answerIn(received: string): { status: number; body: string } | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = received.slice(0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without content-length: ${head}`);
  const body = received.slice(end + 4);
  return body.length < Number(length) ? undefined : { status: Number(head.slice(9, 12)), body };
}
