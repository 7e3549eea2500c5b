import { it } from 'vitest';
import { describePattern } from '../../pattern.contract.ts';
import { makesAndCancels } from '../../processes.contract.ts';
import { restateBackend, withRestate } from './fixtures/restate-backend.ts';
import { pattern } from './pattern.ts';

/** There is no Restate in memory, so this wiring has no `pattern.test.ts`; and `npm test` downloads none. */
const place = 'NATS, Redis and Restate';
withRestate(() => {
  describePattern(pattern, place, () => restateBackend(pattern.flow), { crowd: 300, ackWaitMs: 1_000 });

  it('services/patterns/orchestration/restate makes a pizza and cancels another', () =>
    makesAndCancels('services/patterns/orchestration/restate'));
});
