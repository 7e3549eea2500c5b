import { orderService } from '#services/order-service/service.ts';
import { runService } from '#shared/host/run-service.ts';

await runService(orderService, { withMetrics: false });
