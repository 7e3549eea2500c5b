import { chefService } from '#services/chef-service/service.ts';
import { runService } from '#shared/runtime/run-service.ts';

await runService(chefService, { withMetrics: false });
