import { memoryBackend } from '#shared/testing/memory-backend.ts';
import { describeCorrelation } from './correlation.contract.ts';

describeCorrelation('the memory bus and store', async () => memoryBackend(), 300);
