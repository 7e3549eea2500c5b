import { kitchenService } from '#services/kitchen-service/service.ts';
import { runService } from '#shared/runtime/run-service.ts';

await runService(kitchenService, { withMetrics: false });
