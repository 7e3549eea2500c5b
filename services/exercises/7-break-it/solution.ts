import type { ExperimentData } from '../../../chaos/experiment.ts';

export const experiment: ExperimentData = {
  hypothesis: 'When payment is killed while it charges forty customers, no order waits for an answer that died.',
  teaches:
    'A message that is acknowledged before its work is done dies with the process. Acknowledged last, it is delivered again to the process that comes after.',
  look: { dashboard: 'bottleneck', panel: 'Which event comes last' },
  // The bank takes its time, so that all forty are under way when the process dies.
  stack: { env: { GATEWAY_LATENCY: '400ms', ORDER_TIMEOUT: '8s', ACK_WAIT: '2s' } },
  method: [{ burst: 40 }, { pause: '250ms' }, { fault: 'restart', part: 'payment-service' }, { pause: '3s' }],
  mayFire: ['ServiceDown', 'NoData', 'SloBurnDemo', 'MoneyOutOfBalance'],
  expect: { during: { timeout: [0, 0] } },
  recoverWithin: '20s',
};
