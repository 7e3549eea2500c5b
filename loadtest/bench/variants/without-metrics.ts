import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { runService } from '#shared/runtime/run-service.ts';
import { knownServices } from '#shared/stack/admin-ports.ts';
import { loadServices } from '#shared/stack/load-services.ts';
import type { ServiceWish } from '#shared/stack/service-plan.ts';

const VARIABLE = 'SERVICE_WITHOUT_METRICS';

/** The services without metrics: to measure what metrics cost. */
export const withoutMetrics = (replicasOf: (service: string) => number = () => 1): ServiceWish[] =>
  knownServices().map((name) => ({
    name,
    replicas: replicasOf(name),
    main: import.meta.filename,
    env: { [VARIABLE]: name },
  }));

if (import.meta.main) {
  const services = await loadServices(pizzaFlow);
  const service = services.find(({ name }) => name === process.env[VARIABLE]);
  if (service) await runService(service, { withMetrics: false });
}
