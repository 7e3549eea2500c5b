import { createServer } from 'node:http';

/**
 * Run as a process of its own: an OTLP/HTTP receiver on a free port that counts spans and keeps none. It prints its port
 * as one line; `GET /` answers with the number of spans received.
 */

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;

/** Calls `visit` for each nested message with this field number; reads nothing else than tags and lengths. */
function each(bytes: Buffer, field: number, visit: (message: Buffer) => void): void {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag & 7;
    if (wire === VARINT) varint();
    else if (wire === DELIMITED) {
      const length = varint();
      if (tag >>> 3 === field) visit(bytes.subarray(at, at + length));
      at += length;
    } else at += wire === FIXED64 ? 8 : 4;
  }
}

let spans = 0;
const server = createServer(async (request, response) => {
  if (request.method !== 'POST') return void response.end(String(spans));
  const body = Buffer.concat(await request.toArray());
  each(body, 1, (resource) => each(resource, 2, (scope) => each(scope, 2, () => spans++)));
  response.end();
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port));
