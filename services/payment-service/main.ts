import { runService } from '#shared/host/run-service.ts';
import { paymentService } from './service.ts';

await runService(paymentService);
