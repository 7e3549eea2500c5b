import type { ExperimentData } from '../experiment.ts';

export const chefOutage: ExperimentData = {
  hypothesis:
    'When no chef answers, every order ends at its deadline, and the customer’s money and the ingredients go back.',
  teaches:
    'A missing participant costs time, not consistency: the deadline decides, and what was done for nothing is undone. The backlog that the chef finds afterwards is not worked on: those orders have ended.',
  look: { dashboard: 'order-funnel', panel: 'Waiting for what' },
  stack: { env: { ORDER_TIMEOUT: '6s', ACK_WAIT: '2s' } },
  method: [{ fault: 'kill', part: 'chef-service' }, { pause: '20s' }, { awaitAlerts: '45s' }],
  mustFire: [{ alert: 'ServiceDown', labels: { service: 'chef-service' } }],
  mayFire: ['SloBurnDemo', 'OrdersWaitingGrowing', 'ConsumerStalled'],
  expect: {
    during: { acceptedAtOnce: [0.99, 1], timeout: [0.4, 1] },
    after: { timeout: [0, 0] },
  },
  recoverWithin: '25s',
};
