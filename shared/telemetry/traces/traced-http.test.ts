import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import Fastify from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '#shared/testing/eventually.ts';
import { recordingSdk } from './fixtures/recording-sdk.ts';
import { traceHttp } from './traced-http.ts';

describe('a request', () => {
  let spans: ReadableSpan[] = [];
  const sdk = recordingSdk((span) => spans.push(span));
  const server = Fastify();
  let url = '';
  beforeAll(async () => {
    sdk.start();
    server.addHook('onRequest', async (request, reply) =>
      request.url === '/shut' ? reply.code(503).send() : undefined,
    );
    server.post('/things/:id', async () => ({ spanId: trace.getActiveSpan()?.spanContext().spanId }));
    traceHttp(server, trace.getTracer('test'));
    url = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await server.close();
    await sdk.shutdown();
  });
  beforeEach(() => {
    spans = [];
  });
  const ended = () => eventually(async () => spans[0], 'the span');
  const post = (path: string, init: RequestInit = {}) =>
    fetch(url + path, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' }, ...init });

  it('is a span named after its route, active in the handler also after a body was read, and named by the answer', async () => {
    const answer = await post('/things/7');
    const span = await ended();
    const { traceId, spanId } = span.spanContext();
    expect(await answer.json()).toEqual({ spanId });
    expect(answer.headers.get('traceparent')).toBe(`00-${traceId}-${spanId}-01`);
    expect(span).toMatchObject({ name: 'POST /things/:id', kind: SpanKind.SERVER, status: { code: 0 } });
    expect(span.attributes).toMatchObject({ 'http.route': '/things/:id', 'http.response.status_code': 200 });
  });

  it('continues the trace of its caller', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await post('/things/7', { headers: { 'content-type': 'application/json', traceparent } });
    expect((await ended()).parentSpanContext).toMatchObject({ spanId: 'b7ad6b7169203331', isRemote: true });
  });

  it('that an earlier hook refuses is a span, too, and an error from 500 on', async () => {
    const answer = await post('/shut');
    const span = await ended();
    expect(answer.headers.get('traceparent')).toContain(span.spanContext().spanId);
    expect(span).toMatchObject({ name: 'POST', status: { code: SpanStatusCode.ERROR } });
    expect(span.attributes).toMatchObject({ 'http.response.status_code': 503, 'error.type': '503' });
  });
});
