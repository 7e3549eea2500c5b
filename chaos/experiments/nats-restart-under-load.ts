import type { ExperimentData } from '../experiment.ts';

export const natsRestartUnderLoad: ExperimentData = {
  hypothesis:
    'When the broker is killed under load, the intake says "come again" instead of taking orders that it might lose; once it is back everything goes on by itself.',
  teaches:
    'Every publish waits for the broker’s acknowledgement, so an order is accepted or it is not. Customers repeat with the same Idempotency-Key and get the same order. An outage pauses work and costs no message its retries.',
  look: { dashboard: 'backbone', panel: 'Publish to PubAck' },
  method: [{ fault: 'kill', part: 'nats' }, { pause: '10s' }, { awaitAlerts: '45s' }],
  mustFire: [{ alert: 'DependencyAway' }],
  mayFire: ['SloBurnDemo', 'NoData', 'ConsumerStalled', 'OrderOverdue', 'MoneyOutOfBalance'],
  expect: {
    during: { acceptedAtOnce: [0, 0.5] },
    after: { acceptedAtOnce: [0.99, 1] },
  },
  recoverWithin: '30s',
};
