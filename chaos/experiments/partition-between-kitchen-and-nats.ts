import type { ExperimentData } from '../experiment.ts';

export const partitionBetweenKitchenAndNats: ExperimentData = {
  hypothesis:
    'When the kitchen hears nothing of the broker for longer than the deadline, its orders wait: an outage does not become a thousand timeouts.',
  teaches:
    'Whoever has not heard everything must not judge: the sweeper decides only when the kitchen has caught up with the stream. Nothing is closed in a partition, so only a ping notices it.',
  look: { dashboard: 'order-funnel', panel: 'Waiting now' },
  stack: { env: { ORDER_TIMEOUT: '10s', ACK_WAIT: '2s' } },
  method: [
    { fault: 'partition', server: 'nats', services: ['kitchen-service'] },
    { pause: '20s' },
    { awaitAlerts: '60s' },
  ],
  mustFire: [{ alert: 'DependencyAway', labels: { service: 'kitchen-service' } }],
  mayFire: [
    'SloBurnDemo',
    'ConsumerStalled',
    'OrderOverdue',
    'OrdersWaitingGrowing',
    'MoneyOutOfBalance',
    'NoData',
    'FunnelOutOfBalance',
  ],
  expect: { during: { acceptedAtOnce: [0.99, 1], timeout: [0, 0], ready: [0.85, 1] } },
  recoverWithin: '40s',
};
