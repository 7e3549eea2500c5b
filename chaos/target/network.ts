import type { ServerUrls } from '#shared/stack/stack.ts';

/** Servers that the services connect to. */
export type Server = 'nats' | 'redis';

/** As toxiproxy's API takes it: https://github.com/Shopify/toxiproxy#http-api */
export interface Toxic {
  readonly type: 'latency' | 'timeout';
  readonly attributes: Readonly<Record<string, number>>;
}

/** Disturbs the connections between services and servers. */
export interface Network {
  /** In both directions, of these services (default: all). Returns what ends it. */
  disturb(server: Server, services: readonly string[] | undefined, toxic: Toxic): Promise<() => Promise<void>>;
  /** Refuses every connection of these services and ends those there are. Returns what ends it. */
  cut(server: Server, services: readonly string[] | undefined): Promise<() => Promise<void>>;
}

/** One proxy per service and server. */
interface Proxied {
  readonly proxy: string;
  readonly service: string;
  readonly server: Server;
}

const ANSWER_WITHIN_MS = 5_000;
const VARIABLES = { NATS_URL: 'nats', REDIS_URL: 'redis' } as const;

/** A network of toxiproxy's proxies; `route` makes those of a service, and returns the URLs that lead through them. */
export function createNetwork(apiUrl: string) {
  const proxies: Proxied[] = [];
  const proxied = async (service: string, server: Server, url: string): Promise<string> => {
    const through = new URL(url);
    const proxy = `${service}-${server}-${proxies.length}`;
    proxies.push({ proxy, service, server });
    // Port 0: the system chooses one.
    const body = { name: proxy, listen: '127.0.0.1:0', upstream: through.host, enabled: true };
    const made = await ask(apiUrl, 'POST', '/proxies', body);
    through.host = (JSON.parse(made) as { listen: string }).listen;
    return through.href;
  };
  return {
    network: networkOf(apiUrl, proxies),
    async route(service: string, urls: ServerUrls): Promise<ServerUrls> {
      const rerouted: Record<string, string> = { ...urls };
      for (const [variable, server] of Object.entries(VARIABLES))
        rerouted[variable] = await proxied(service, server, urls[variable] ?? '');
      return rerouted;
    },
  };
}

function networkOf(apiUrl: string, proxies: readonly Proxied[]): Network {
  const chosen = (server: Server, services: readonly string[] | undefined) =>
    proxies.filter((one) => one.server === server && (services?.includes(one.service) ?? true));
  const each = async (some: readonly Proxied[], task: (proxy: string) => Promise<unknown>): Promise<void> => {
    await Promise.all(some.map(({ proxy }) => task(proxy)));
  };
  return {
    async disturb(server, services, { type, attributes }) {
      const some = chosen(server, services);
      const streams = ['upstream', 'downstream'];
      await each(some, async (proxy) => {
        for (const stream of streams)
          await ask(apiUrl, 'POST', `/proxies/${proxy}/toxics`, {
            name: `${type}-${stream}`,
            type,
            stream,
            attributes,
          });
      });
      return () =>
        each(some, async (proxy) => {
          for (const stream of streams) await ask(apiUrl, 'DELETE', `/proxies/${proxy}/toxics/${type}-${stream}`);
        });
    },
    async cut(server, services) {
      const some = chosen(server, services);
      const enable = (enabled: boolean) => each(some, (proxy) => ask(apiUrl, 'POST', `/proxies/${proxy}`, { enabled }));
      await enable(false);
      return () => enable(true);
    },
  };
}

/** @throws when toxiproxy does not do it */
async function ask(apiUrl: string, method: string, path: string, body?: object): Promise<string> {
  const answer = await fetch(`${apiUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`toxiproxy answered ${answer.status} to ${method} ${path}: ${text}`);
  return text;
}
