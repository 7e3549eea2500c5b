import type { ExperimentData } from '../experiment.ts';

export const twoKitchensOneFrozen: ExperimentData = {
  hypothesis:
    'When one of two kitchens freezes and is killed at last, the other one finishes its orders in time, once each.',
  teaches:
    'A frozen replica is worse than a dead one: its connections stay open, and it holds what it was given. The acknowledgement deadline takes that back; what both worked on is decided by the version that each of them saw.',
  look: { dashboard: 'services', panel: 'Deliveries in flight' },
  stack: { replicas: { 'kitchen-service': 2 } },
  method: [
    { burst: 60 },
    { pause: '250ms' },
    { fault: 'freeze', part: 'kitchen-service', replica: 2 },
    { pause: '15s' },
    { fault: 'restart', part: 'kitchen-service', replica: 2 },
    { pause: '5s' },
  ],
  mayFire: ['SloBurnDemo', 'MoneyOutOfBalance', 'OrdersWaitingGrowing'],
  expect: { during: { acceptedAtOnce: [0.99, 1], timeout: [0, 0], ready: [0.85, 1] } },
  recoverWithin: '20s',
};
