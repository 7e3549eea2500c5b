import { runService } from '#shared/runtime/run-service.ts';
import { inventoryService } from './service.ts';

await runService(inventoryService);
