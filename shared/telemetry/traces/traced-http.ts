import type { IncomingMessage, ServerResponse } from 'node:http';
import { context, ROOT_CONTEXT, type Span, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { attribute, failSpan } from './attributes.ts';
import { childOf, spanContextOf, traceparentOf } from './trace-context.ts';

/** Every request is a SERVER span named after its route; the answer's `traceparent` names it. Before the server listens. */
export function traceHttp(server: FastifyInstance, tracer: Tracer): void {
  const spans = new WeakMap<IncomingMessage, Span>();
  // Before Fastify's own listener: a hook would not see what an earlier hook refuses.
  server.server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    spans.set(request, startSpan(tracer, request, response));
  });
  // The latest point at which a context reaches the handler: a body is read in one of its own.
  server.addHook('preValidation', ({ raw }, _reply, done) => {
    const span = spans.get(raw);
    if (span) context.with(trace.setSpan(ROOT_CONTEXT, span), done);
    else done();
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    const span = spans.get(request.raw);
    const route = request.routeOptions.url;
    if (route) span?.updateName(`${request.method} ${route}`).setAttribute(attribute.route, route);
    if (span) reply.header('traceparent', traceparentOf(span.spanContext()));
    done(null, payload);
  });
}

function startSpan(
  tracer: Tracer,
  { method = 'GET', headers, httpVersion }: IncomingMessage,
  response: ServerResponse,
) {
  const parent = spanContextOf(headers.traceparent?.toString(), headers.tracestate?.toString());
  const span = tracer.startSpan(method, { kind: SpanKind.SERVER }, childOf(parent));
  if (!span.isRecording()) return span;
  span.setAttributes({
    [attribute.requestMethod]: method,
    [attribute.protocolVersion]: httpVersion,
    [attribute.urlScheme]: 'http',
  });
  // Also when the client is gone before the answer was sent.
  response.once('close', () => {
    span.setAttribute(attribute.responseStatus, response.statusCode);
    if (response.statusCode >= 500) failSpan(span, String(response.statusCode));
    span.end();
  });
  return span;
}
