import type { ExperimentData } from '../experiment.ts';

export const redisWipedUnderLoad: ExperimentData = {
  hypothesis:
    'When everything that the services remember is wiped, it is rebuilt from the stream: no order is lost, none ends twice.',
  teaches:
    'The stream is the truth, Redis a projection of it. Deterministic event ids make the second telling harmless: whatever is decided again is recognised as already published.',
  look: { dashboard: 'order-funnel', panel: 'Lost' },
  method: [{ burst: 40 }, { pause: '200ms' }, { fault: 'wipe' }, { pause: '20s' }],
  mayFire: ['SloBurnDemo', 'NoData', 'DependencyAway', 'FunnelOutOfBalance', 'MoneyOutOfBalance', 'OrderOverdue'],
  expect: { after: { ready: [0.85, 1] } },
  recoverWithin: '60s',
};
