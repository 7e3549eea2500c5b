import { runService } from '#shared/runtime/run-service.ts';
import { kitchenService } from './service.ts';

await runService(kitchenService);
