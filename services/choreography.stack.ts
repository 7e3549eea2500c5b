import { realBackend } from '#shared/testing/real-backend.ts';
import { describeChoreography } from './choreography.contract.ts';

describeChoreography('NATS and Redis', realBackend, 1_000);
