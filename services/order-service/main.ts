import { runService } from '#shared/host/run-service.ts';
import { orderService } from './service.ts';

await runService(orderService);
