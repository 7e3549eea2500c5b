import { describePattern } from '../../pattern.contract.ts';
import { restateBackend, withRestate } from './fixtures/restate-backend.ts';
import { pattern } from './pattern.ts';

/** There is no Restate in memory, so this wiring has no `pattern.test.ts`. */
const place = 'NATS, Redis and Restate';
withRestate(() =>
  describePattern(pattern, place, () => restateBackend(pattern.flow), { crowd: 300, ackWaitMs: 1_000 }),
);
