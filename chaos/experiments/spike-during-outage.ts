import type { ExperimentData } from '../experiment.ts';

export const spikeDuringOutage: ExperimentData = {
  hypothesis:
    'When five times as many orders come while the kitchen is dead, the backlog waits in the stream, and not one order times out for it.',
  teaches:
    'The stream decouples: payment, inventory and chef go on. The returning kitchen first catches up and only then judges deadlines, although half of them have long passed.',
  look: { dashboard: 'backbone', panel: 'Not delivered yet' },
  stack: { env: { ORDER_TIMEOUT: '10s', ACK_WAIT: '2s' } },
  rate: 8,
  method: [
    { orders: { rate: 40 } },
    { pause: '1s' },
    { burst: 60 },
    { pause: '250ms' },
    { fault: 'kill', part: 'kitchen-service' },
    { pause: '12s' },
    { awaitAlerts: '45s' },
  ],
  mustFire: [{ alert: 'ServiceDown', labels: { service: 'kitchen-service' } }],
  mayFire: ['NoData', 'SloBurnDemo', 'OrderOverdue', 'ConsumerStalled', 'OrdersWaitingGrowing', 'MoneyOutOfBalance'],
  expect: { during: { timeout: [0, 0], ready: [0.85, 1] } },
  recoverWithin: '40s',
};
