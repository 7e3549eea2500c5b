import type { ServerUrls } from '#shared/stack/stack.ts';

/** Those of `services` (default: of all) to a server. */
export interface Connections {
  /** `nats`, or that of the store: `redis` */
  readonly server: string;
  readonly services?: readonly string[];
}

/** As toxiproxy's API takes it: https://github.com/Shopify/toxiproxy#http-api */
export interface Toxic {
  readonly type: 'latency' | 'timeout';
  readonly attributes: Readonly<Record<string, number>>;
}

/** Disturbs connections between services and servers; each function returns what ends it. */
export interface Network {
  /** In both directions. */
  disturb(connections: Connections, toxic: Toxic): Promise<() => Promise<void>>;
  /** Ends the connections and refuses new ones. */
  cut(connections: Connections): Promise<() => Promise<void>>;
}

const ANSWER_WITHIN_MS = 5_000;
const STREAMS = ['upstream', 'downstream'];

/** A network of toxiproxy's proxies; `route` makes those of a service, and returns the URLs that lead through them. */
export function createNetwork(apiUrl: string) {
  const ask = (method: string, path: string, body?: object) => askToxiproxy(apiUrl, method, path, body);
  const proxies: { readonly proxy: string; readonly service: string; readonly server: Connections['server'] }[] = [];
  const each = async ({ server, services }: Connections, task: (path: string) => Promise<unknown>): Promise<void> => {
    const chosen = proxies.filter((one) => one.server === server && (services?.includes(one.service) ?? true));
    await Promise.all(chosen.map(({ proxy }) => task(`/proxies/${proxy}`)));
  };
  const network: Network = {
    async disturb(connections, { type, attributes }) {
      await each(connections, async (path) => {
        for (const stream of STREAMS)
          await ask('POST', `${path}/toxics`, { name: `${type}-${stream}`, type, stream, attributes });
      });
      return () =>
        each(connections, async (path) => {
          for (const stream of STREAMS) await ask('DELETE', `${path}/toxics/${type}-${stream}`);
        });
    },
    async cut(connections) {
      const enable = (enabled: boolean) => each(connections, (path) => ask('POST', path, { enabled }));
      await enable(false);
      return () => enable(true);
    },
  };
  async function route(service: string, urls: ServerUrls): Promise<ServerUrls> {
    const rerouted: Record<string, string> = { ...urls };
    for (const [variable, url] of Object.entries(urls)) {
      const [server, through] = [variable.replace(/_(URL|ENDPOINT)$/, '').toLowerCase(), new URL(url)];
      // There is no connection to a store in files.
      if (through.protocol === 'file:') continue;
      const proxy = `${service}-${server}-${proxies.length}`;
      proxies.push({ proxy, service, server });
      // Port 0: the system chooses one.
      const body = { name: proxy, listen: '127.0.0.1:0', upstream: through.host, enabled: true };
      through.host = (JSON.parse(await ask('POST', '/proxies', body)) as { listen: string }).listen;
      rerouted[variable] = through.href;
    }
    return rerouted;
  }
  return { network, route };
}

/** @throws when toxiproxy does not do it */
async function askToxiproxy(apiUrl: string, method: string, path: string, body?: object): Promise<string> {
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
