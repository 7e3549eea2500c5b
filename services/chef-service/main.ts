import { runService } from '#shared/runtime/run-service.ts';
import { chefService } from './service.ts';

await runService(chefService);
