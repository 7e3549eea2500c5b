import { runService } from '#shared/host/run-service.ts';
import { inventoryService } from './service.ts';

await runService(inventoryService);
