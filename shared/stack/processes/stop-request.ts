import { childEnvironment } from '#shared/runtime/settings.ts';

const ONE_SIGNAL_MS = 1_000;
const LOOK_FOR_NPM_EVERY_MS = 500;

/** Aborts at SIGINT, SIGTERM, SIGHUP, or when npm is gone. Signals within a second are one (npm's copy); a later calls `force`. */
export function stopRequest(force: () => void): { readonly signal: AbortSignal; release(): void } {
  const asked = new AbortController();
  let askedAt = 0;
  const onSignal = () => {
    if (!asked.signal.aborted) {
      askedAt = Date.now();
      asked.abort();
    } else if (Date.now() - askedAt > ONE_SIGNAL_MS) force();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  const watch = watchNpm(() => asked.abort());
  const release = () => {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, onSignal);
  };
  return { signal: asked.signal, release };
}

/** A killed npm passes no signal on: the only sign is another parent. */
function watchNpm(gone: () => void): NodeJS.Timeout | undefined {
  if (!childEnvironment({}).npm_lifecycle_event) return undefined;
  const parent = process.ppid;
  return setInterval(() => process.ppid !== parent && gone(), LOOK_FOR_NPM_EVERY_MS).unref();
}
