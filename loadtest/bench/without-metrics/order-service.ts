import { orderService } from '#services/order-service/service.ts';
import { runService } from '#shared/runtime/run-service.ts';

await runService(orderService, { withMetrics: false });
