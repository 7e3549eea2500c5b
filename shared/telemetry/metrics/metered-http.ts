import type { FastifyInstance } from 'fastify';
import { type Meters, observe } from './meters.ts';
import type { Labels } from './metric-labels.ts';

/** Times every answer under its route's template: a path would make a series of every order. Before the server is ready. */
export function meterHttp(server: FastifyInstance, { httpSeconds }: Meters): void {
  const known = new Map<string, Labels>();
  server.addHook('onResponse', (request, reply, done) => {
    const { url } = request.routeOptions;
    const route = request.is404 || url === undefined ? 'none' : `${request.method} ${url}`;
    const key = `${route} ${reply.statusCode}`;
    const labels = known.get(key) ?? { route, status: String(reply.statusCode) };
    known.set(key, labels);
    observe(httpSeconds, labels, reply.elapsedTime / 1000);
    done();
  });
}
