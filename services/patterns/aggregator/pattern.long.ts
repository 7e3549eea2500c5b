import { realBackend } from '#shared/testing/real-backend.ts';
import { describePattern } from '../pattern.contract.ts';
import { pattern } from './pattern.ts';

describePattern(pattern, 'NATS and Redis', () => realBackend(pattern.flow), { crowd: 300, ackWaitMs: 1_000 });
