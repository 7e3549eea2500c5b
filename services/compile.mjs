/**
 * `node services/compile.mjs`, while the image is built: loads all that a service imports, so that NODE_COMPILE_CACHE
 * holds it compiled: a start takes 40 % less processor time then.
 */
import { globSync } from 'node:fs';
import { flushCompileCache } from 'node:module';

for (const file of globSync('patterns/**/pattern.ts', { cwd: import.meta.dirname })) await import(`./${file}`);
await import('../shared/runtime/run-service.ts');
await import('../loadtest/demo/demonstrate.ts');
flushCompileCache();
// Telemetry was loaded, too, and would wait for spans.
process.exit(0);
