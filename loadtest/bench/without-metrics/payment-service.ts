import { paymentService } from '#services/payment-service/service.ts';
import { runService } from '#shared/runtime/run-service.ts';

await runService(paymentService, { withMetrics: false });
