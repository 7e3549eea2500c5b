import { kitchenService } from '#services/kitchen-service/service.ts';
import { runService } from '#shared/host/run-service.ts';

await runService(kitchenService, { withMetrics: false });
