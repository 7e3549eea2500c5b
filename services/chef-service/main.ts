import { runService } from '#shared/host/run-service.ts';
import { chefService } from './service.ts';

await runService(chefService);
