import type { ExperimentData } from '../experiment.ts';

export const redisSlow: ExperimentData = {
  hypothesis:
    'When every call to Redis takes a fifth of a second and the kitchen crashes on top of it, orders take longer, and none is lost or doubled.',
  teaches:
    'Latency multiplies by the number of calls in a row: see how many one order needs. More is in flight, so a crash hits more; every bit of it is delivered again.',
  look: { dashboard: 'backbone', panel: 'Store calls p95 by operation' },
  stack: { env: { ORDER_TIMEOUT: '20s' } },
  method: [
    { fault: 'slow-network', server: 'redis', latency: '100ms', jitter: '20ms' },
    { pause: '12s' },
    { burst: 40 },
    { pause: '500ms' },
    { fault: 'restart', part: 'kitchen-service' },
    { pause: '10s' },
  ],
  mayFire: ['SloBurnDemo', 'OrdersWaitingGrowing', 'DependencyAway', 'MoneyOutOfBalance', 'NoData', 'ServiceDown'],
  expect: { during: { timeout: [0, 0], ready: [0.85, 1], readySeconds: [0.5, 20] } },
  recoverWithin: '25s',
};
