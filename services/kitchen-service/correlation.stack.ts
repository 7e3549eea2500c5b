import { realBackend } from '#shared/testing/real-backend.ts';
import { describeCorrelation } from './correlation.contract.ts';

describeCorrelation('NATS and Redis', realBackend, 1_000);
