import { runService } from '#shared/runtime/run-service.ts';

/** `node services/main.ts kitchen-service`: starts one service of the pattern that PATTERN names. */
await runService(process.argv[2] ?? '');
