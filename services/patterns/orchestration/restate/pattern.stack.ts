import { restateBackend } from '#shared/testing/restate-backend.ts';
import { describePattern } from '../../pattern.contract.ts';
import { pattern } from './pattern.ts';

describePattern(pattern, 'NATS, Redis and Restate', () => restateBackend(pattern.flow), {
  crowd: 300,
  ackWaitMs: 1_000,
});
