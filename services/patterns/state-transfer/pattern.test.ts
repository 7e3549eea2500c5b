import { memoryBackend } from '#shared/testing/memory-backend.ts';
import { describePattern } from '../pattern.contract.ts';
import { describeOversold } from './oversold.contract.ts';
import { pattern } from './pattern.ts';

describePattern(pattern, 'the memory bus and store', async () => memoryBackend(), { crowd: 500, ackWaitMs: 300 });
describeOversold('the memory bus and store', async () => memoryBackend());
