import { Readable } from 'node:stream';

export const EVENT_STREAM_TYPE = 'text/event-stream; charset=utf-8';

export interface EventStream {
  /** UTF-8, server-sent events (WHATWG HTML). Destroyed when the client is gone. */
  readonly body: Readable;
  /** `data` is sent as JSON. Ignored after the end. */
  send(event: { type: string; id?: number; data: unknown }): void;
  /** Sends `event: end` with the reason as the last event. Further calls do nothing. */
  end(reason: string): void;
}

interface EventStreamOptions {
  readonly heartbeatMs: number;
  readonly idleMs: number;
  /** Called once, when the client is gone or has received everything. */
  readonly onClose: () => Promise<void>;
}

export function createEventStream({ heartbeatMs, idleMs, onClose }: EventStreamOptions): EventStream {
  let ended = false;
  const heartbeat = setInterval(() => write(': heartbeat\n\n'), heartbeatMs);
  const idle = setTimeout(() => end('idle'), idleMs);
  const body = new Readable({
    read: () => undefined,
    destroy: (error, callback) => {
      ended = true;
      clearInterval(heartbeat);
      clearTimeout(idle);
      onClose().then(() => callback(error), callback);
    },
  });
  const write = (text: string) => {
    if (!ended) body.push(text);
  };
  const send: EventStream['send'] = ({ type, id, data }) => {
    if (ended) return;
    idle.refresh();
    write(`event: ${type}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
  };
  const end = (reason: string) => {
    if (ended) return;
    send({ type: 'end', data: { reason } });
    ended = true;
    body.push(null);
  };
  // Flushes the headers, and tells a browser to reconnect after this many ms.
  write('retry: 2000\n\n');
  return { body, send, end };
}
