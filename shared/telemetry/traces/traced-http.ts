import { trace } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { attribute } from './attributes.ts';
import { traceparentOf } from './trace-context.ts';

/** Names the span of each request after its route (`POST /orders`, never the path), and puts its context into the answer. */
export function tracedHttp(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    const span = trace.getActiveSpan();
    if (span) {
      const route = request.routeOptions.url;
      if (route && span.isRecording()) {
        span.updateName(`${request.method} ${route}`);
        span.setAttribute(attribute.route, route);
      }
      reply.header('traceparent', traceparentOf(span.spanContext()));
    }
    done(null, payload);
  });
}
