import { runService } from '#shared/runtime/run-service.ts';
import { paymentService } from './service.ts';

await runService(paymentService);
