import type { FastifyInstance } from 'fastify';

/** Which methods the routes added from now on take at a path, such as `/orders/ord-1`; none: there is no such path. */
export function methodsByPath(server: FastifyInstance): (path: string) => string[] {
  const methods = new Map<string, Set<string>>();
  server.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set();
    methods.set(url, known);
    for (const name of [method].flat()) known.add(name);
  });
  return (path) => [...methods].flatMap(([pattern, names]) => (fits(pattern, path) ? [...names] : [])).sort();
}

function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((part, index) => part.startsWith(':') || part === given[index]);
}
