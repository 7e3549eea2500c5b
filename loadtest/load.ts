import { runTool } from '#shared/stack/commands/run-tool.ts';
import { parseLoadOptions } from './run/load-options.ts';
import { runLoad } from './run/run-load.ts';

/** `npm run load -- <profile>`: exits 0 when every threshold held and the audit is clean, 130 when stopped, 1 otherwise. */
await runTool(async (signal) => {
  const args = process.argv.slice(2);
  const options = parseLoadOptions(args);
  if (!options) return 0;
  try {
    const passed = await runLoad(options, `npm run load -- ${args.join(' ')}`, signal);
    return passed ? 0 : signal.aborted ? 130 : 1;
  } finally {
    if (signal.aborted) console.error('Stopped.');
  }
}, 'npm run load failed: ');
