import type { ExperimentData } from '../../../chaos/experiment.ts';

export const experiment: ExperimentData = {
  hypothesis: 'When the chef service is killed with forty orders at work, no order waits for an answer that died.',
  teaches:
    'A message that is acknowledged before its work is done dies with the process. Acknowledged last, it is delivered again to the process that comes after.',
  look: { dashboard: 'order-funnel', panel: 'Waiting for what' },
  stack: { env: { ORDER_TIMEOUT: '8s', ACK_WAIT: '2s' } },
  method: [
    // Each chef is named two seconds late, so that whatever the machine, all forty are under way when the process dies.
    { fault: 'delay', service: 'chef-service', type: 'chef.assigned', by: '2s' },
    { burst: 40 },
    { pause: '1s' },
    { fault: 'restart', part: 'chef-service' },
    { pause: '3s' },
  ],
  expect: { during: { timeout: [0, 0] } },
  mayFire: ['ServiceDown', 'NoData', 'SloBurnDemo', 'MoneyOutOfBalance'],
  recoverWithin: '20s',
};
