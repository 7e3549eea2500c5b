import type { Pattern } from '#shared/runtime/pattern.ts';
import { ORCHESTRATOR } from '../contract.ts';
import { pattern as orchestration } from '../pattern.ts';
import { restateOrchestrator } from './service.ts';

/** The same flow and the same domains; only the orchestrator is another one. */
export const pattern: Pattern = {
  name: 'orchestration/restate',
  flow: { ...orchestration.flow, storeless: [ORCHESTRATOR] },
  services: orchestration.services.map((service) => (service.name === ORCHESTRATOR ? restateOrchestrator : service)),
  servers: ['restate'],
};
