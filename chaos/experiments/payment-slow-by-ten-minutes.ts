import type { ExperimentData } from '../experiment.ts';

export const paymentSlowByTenMinutes: ExperimentData = {
  hypothesis: 'When every payment arrives ten minutes late, every order still becomes a pizza: waiting is not failing.',
  teaches:
    'The kitchen holds no connection and no thread while it waits, only a few bytes per order; the deadline of half an hour is business, not technology. The clock runs 60 times as fast here: ten minutes are lived in ten seconds. Nothing breaks, but the promise "ready in time" does, and that is what alarms.',
  look: { dashboard: 'bottleneck', panel: 'Which event comes last' },
  stack: { env: { TIME_SCALE: '60', ORDER_TIMEOUT: '30m', ACK_WAIT: '5s' } },
  method: [{ fault: 'delay', type: 'payment.completed', by: '10m' }, { pause: '30s' }, { awaitAlerts: '60s' }],
  mustFire: [{ alert: 'SloBurnDemo', labels: { slo: 'time-to-ready' } }],
  mayFire: ['OrdersWaitingGrowing', 'MoneyOutOfBalance'],
  expect: { during: { timeout: [0, 0], ready: [0.85, 1], readySeconds: [9, 20] } },
  recoverWithin: '25s',
};
