import { inventoryService } from '#services/inventory-service/service.ts';
import { runService } from '#shared/runtime/run-service.ts';

await runService(inventoryService, { withMetrics: false });
