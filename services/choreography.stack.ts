import { realBackend } from '#shared/testing/real-backend.ts';
import { describeChoreography } from './choreography.contract.ts';

describeChoreography('NATS and Redis', realBackend, { crowd: 1_000, ackWaitMs: 1_000 });
