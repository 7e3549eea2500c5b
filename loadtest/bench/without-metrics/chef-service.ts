import { chefService } from '#services/chef-service/service.ts';
import { runService } from '#shared/host/run-service.ts';

await runService(chefService, { withMetrics: false });
