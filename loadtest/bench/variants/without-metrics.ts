import { type Pattern, serviceNames } from '#shared/runtime/pattern.ts';
import { runService } from '#shared/runtime/run-service.ts';
import type { ServiceWish } from '#shared/stack/service-plan.ts';

/** The services without metrics: to measure what metrics cost. */
export const withoutMetrics = (pattern: Pattern): ServiceWish[] =>
  serviceNames(pattern).map((name) => ({ name, main: import.meta.filename }));

if (import.meta.main) await runService(process.argv[2] ?? '', { withMetrics: false });
