import { randomBytes } from 'node:crypto';
import { serviceNames } from '#shared/runtime/pattern.ts';
import { act, describeStack, partsOf } from '#shared/stack/control-server.ts';
import { startToxiproxy } from '#shared/stack/servers/native-server.ts';
import { startStack } from '#shared/stack/stack.ts';
import { createNetwork } from './network.ts';
import { type Needs, type Target, targetOf } from './target.ts';

export interface OwnStackOptions {
  readonly needs: Needs;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** URLs of modules that every service loads first: to put a known bug in. */
  readonly preload?: readonly string[];
  /** Whether a Prometheus scrapes it, where there is one. Default: yes. */
  readonly monitored?: boolean;
}

/** Deadlines of seconds. ORDER_TIMEOUT is several times ACK_WAIT, so that a redelivery still comes in time. */
const SHORT = { ORDER_TIMEOUT: '12s', ACK_WAIT: '2s', LOG_LEVEL: 'warn' };

const skewedClock = import.meta.resolve('../faults/skewed-clock.ts');
const preloading = (modules: readonly string[]) => ({
  NODE_OPTIONS: modules.map((module) => `--import ${module}`).join(' '),
});

/** A stack for one experiment, on free ports with data of its own; it ends with the experiment. @throws StartFailure */
export async function ownStack({
  needs,
  seed,
  signal,
  preload = [],
  monitored = true,
}: OwnStackOptions): Promise<Target> {
  const token = randomBytes(16).toString('hex');
  const proxy = needs.network ? await startToxiproxy() : undefined;
  const proxied = proxy && createNetwork(proxy.url);
  // A stack that runs is not stopped by the signal: first the faults are taken back.
  const starting = new AbortController();
  const breakOff = () => starting.abort();
  signal.addEventListener('abort', breakOff);
  try {
    const stack = await startStack({
      env: { ...SHORT, ...needs.env, SEED: String(seed), CHAOS_TOKEN: token },
      services: (pattern) =>
        serviceNames(pattern).map((name) => ({
          name,
          replicas: needs.replicas[name] ?? 1,
          env: preloading([...preload, ...(needs.skewable.includes(name) ? [skewedClock] : [])]),
        })),
      prometheus: monitored,
      onNotice: console.error,
      signal: starting.signal,
      ...(proxied && { route: proxied.route }),
    });
    return {
      ...(await targetOf(
        'a stack of its own',
        { ...describeStack(stack), parts: partsOf(stack) },
        ({ process }, action) => act(process, action),
      )),
      network: proxied?.network,
      async [Symbol.asyncDispose]() {
        await stack.stop();
        await proxy?.stop();
      },
    };
  } catch (error) {
    await proxy?.stop();
    throw error;
  } finally {
    signal.removeEventListener('abort', breakOff);
  }
}
