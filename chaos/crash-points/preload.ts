import { registerHooks } from 'node:module';

/**
 * Loaded by `--import` in tests only: where a service asks for the bus or the store, it gets one that kills the process at
 * an armed point. The product's code is not changed, and knows nothing of it.
 */
const crashing = new Map(
  [
    ['../../shared/messaging/jetstream/jetstream-bus.ts', './crashing-bus.ts'],
    ['../../shared/store/redis/redis-store.ts', './crashing-store.ts'],
  ].map(([real = '', wrapper = '']) => [new URL(real, import.meta.url).href, new URL(wrapper, import.meta.url).href]),
);

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const wrapper = crashing.get(resolved.url);
    return wrapper && context.parentURL !== wrapper ? { ...resolved, url: wrapper } : resolved;
  },
});
