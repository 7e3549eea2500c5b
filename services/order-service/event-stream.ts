import { Readable } from 'node:stream';

export const EVENT_STREAM_TYPE = 'text/event-stream; charset=utf-8';

export interface EventStream {
  /** UTF-8 in the format of server-sent events (WHATWG HTML). Destroyed when its reader is gone. */
  readonly body: Readable;
  /** `data` is JSON. Ignored after the end. */
  send(event: { type: string; id?: number; data: unknown }): void;
  /** Says `event: end` with the reason as the last thing. Further calls do nothing. */
  end(reason: string): void;
}

interface EventStreamOptions {
  /** A comment so often keeps proxies from cutting the line, in ms. */
  readonly heartbeatMs: number;
  /** Ends itself when nothing was sent for so long, in ms. */
  readonly idleMs: number;
  /** Called once, when the reader is gone or has got everything. */
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
  // Sends the headers at once, and says after how many ms a browser may come back.
  write('retry: 2000\n\n');
  return { body, send, end };
}
