import type { Experiment } from '../experiment.ts';

export const kitchenKilledRepeatedly: Experiment = {
  name: 'kitchen-killed-repeatedly',
  hypothesis:
    'When the kitchen is killed again and again in the middle of its work, no order is lost and none is decided twice.',
  teaches:
    'Record, decide, commit, publish, acknowledge: a crash between any two steps leaves either the message or the outbox, and the next run does what is still owed. Acknowledge first, and this experiment fails.',
  look: { dashboard: 'correlation', panel: 'Events at the kitchen by how they ended' },
  method: [1, 2, 3].flatMap(() => [
    { burst: 60 } as const,
    { pause: '250ms' },
    { fault: 'restart', part: 'kitchen-service' } as const,
    { pause: '5s' },
  ]),
  mayFire: ['ServiceDown', 'NoData', 'SloBurnDemo', 'MoneyOutOfBalance'],
  expect: [
    { probe: 'timeout', phase: 'during', tolerance: [0, 0] },
    { probe: 'ready', phase: 'during', tolerance: [0.85, 1] },
  ],
  recoverWithin: '25s',
};
