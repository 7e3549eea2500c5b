import { registerHooks } from 'node:module';

/**
 * Loaded by `--import` in tests only: where a service imports the bus or the stores, it gets those that kills the process at
 * an armed point. The product's code is unchanged.
 */
const crashing = new URL('./crashing-ports.ts', import.meta.url).href;
const real = ['../../shared/messaging/jetstream/jetstream-bus.ts', '../../shared/store/stores.ts'].map(
  (path) => new URL(path, import.meta.url).href,
);

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    return real.includes(resolved.url) && context.parentURL !== crashing ? { ...resolved, url: crashing } : resolved;
  },
});
