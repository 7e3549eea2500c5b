import type { ExperimentData } from '../experiment.ts';

export const kitchenKilledRepeatedly: ExperimentData = {
  hypothesis:
    'When the kitchen is killed again and again in the middle of its work, no order is lost and none is decided twice.',
  teaches:
    'Append, decide, commit, publish, acknowledge: after a crash between any two steps the message is delivered again, and what followed from it is published again with the same ids. Acknowledge first, and this experiment fails.',
  look: { dashboard: 'correlation', panel: 'Events at the kitchen by how they ended' },
  method: [1, 2, 3].flatMap(() => [
    { burst: 60 } as const,
    { pause: '250ms' },
    { fault: 'restart', part: 'kitchen-service' } as const,
    { pause: '5s' },
  ]),
  mayFire: ['ServiceDown', 'NoData', 'SloBurnDemo', 'MoneyOutOfBalance'],
  expect: { during: { timeout: [0, 0], ready: [0.85, 1] } },
  recoverWithin: '25s',
};
