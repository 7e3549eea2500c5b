import { runService } from '#shared/runtime/run-service.ts';
import { orderService } from './service.ts';

await runService(orderService);
