import { runService } from '#shared/host/run-service.ts';
import { kitchenService } from './service.ts';

await runService(kitchenService);
