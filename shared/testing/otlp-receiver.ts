import { once } from 'node:events';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { type ReceivedSpan, readSpans } from './otlp-spans.ts';

export interface OtlpReceiver extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  /** All spans received so far. */
  readonly spans: readonly ReceivedSpan[];
  /** All requests received so far, to whatever path. */
  readonly requests: readonly { path: string; headers: Readonly<Record<string, unknown>>; bytes: number }[];
  /** Statuses to answer the next requests with, before it answers 200 again. */
  readonly refusals: number[];
}

/** An OTLP/HTTP receiver on a free loopback port, which keeps what it is sent. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const requests: { path: string; headers: Record<string, unknown>; bytes: number }[] = [];
  const refusals: number[] = [];
  const server = createServer(async (request, response) => {
    const sent = Buffer.concat(await request.toArray());
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    requests.push({ path: request.url ?? '', headers: request.headers, bytes: sent.length });
    const status = refusals.shift() ?? 200;
    if (status === 200 && request.url === '/v1/traces') spans.push(...readSpans(body));
    response.writeHead(status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    requests,
    refusals,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
