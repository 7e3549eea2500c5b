import type { FastifyInstance } from 'fastify';
import { Refusal } from './problem.ts';

/**
 * Refuses unknown paths and wrong methods before the body is read, and every request once the server is closing. Knows the
 * routes that are added after it.
 */
export function addGate(server: FastifyInstance): void {
  const methods = new Map<string, Set<string>>();
  let closing = false;
  server.addHook('onRoute', ({ url, method }) => {
    methods.set(url, new Set([...(methods.get(url) ?? []), ...[method].flat()]));
  });
  server.addHook('preClose', async () => {
    closing = true;
  });
  server.addHook('onRequest', async (request, reply) => {
    if (closing)
      throw new Refusal('closing', 'Nothing was done: repeat it in a moment.', { headers: { connection: 'close' } });
    if (!request.is404 && request.url !== '*') return;
    const path = pathOf(request.url, request.method);
    const allow = [...methodsAt(path, methods), 'OPTIONS'].join(', ');
    if (request.method === 'OPTIONS') return reply.code(204).header('allow', allow).send();
    if (path === '*') throw new Refusal('bad-request', 'Only OPTIONS takes *: ask for a path.');
    throw new Refusal('wrong-method', `It takes ${allow}.`, { headers: { allow } });
  });
  // Without a handler fastify runs no hooks for unknown paths. The hook above always answers first.
  server.setNotFoundHandler(async () => {
    throw unknownPath();
  });
}

const unknownPath = (): Refusal => new Refusal('unknown-path', 'GET / lists the paths.');

/** The path in any form of a request target (RFC 9112, section 3.2), `*` for the whole server. */
function pathOf(target: string, method: string): string {
  const [path = ''] = target.replace(/^https?:\/\/[^/?]*/i, '').split('?');
  return path || (method === 'OPTIONS' ? '*' : '/');
}

/** @throws Refusal when there is nothing at the path */
function methodsAt(path: string, methods: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const taken = [...methods].flatMap(([pattern, names]) => (path === '*' || matches(pattern, path) ? [...names] : []));
  if (taken.length === 0) throw unknownPath();
  return [...new Set(taken)].sort();
}

/** `/orders/:id` matches `/orders/ord-1`. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((part, at) => part.startsWith(':') || part === given[at]);
}
