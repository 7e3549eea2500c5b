import { memoryBackend } from '#shared/testing/memory-backend.ts';
import { describeChoreography } from './choreography.contract.ts';

describeChoreography('the memory bus and store', async () => memoryBackend(), { crowd: 500, ackWaitMs: 300 });
