import type { ExperimentData } from '../experiment.ts';

export const reorderedFlood: ExperimentData = {
  hypothesis:
    'When five times as many orders arrive and their events overtake each other, each order still ends once, and none is forgotten.',
  teaches:
    'The join is commutative: the kitchen looks at the events that it has, never at the order in which they came, so it needs no queue per order and no lock.',
  look: { dashboard: 'order-funnel', panel: 'Funnel' },
  rate: 8,
  method: [{ fault: 'reorder', within: '2s' }, { orders: { rate: 40 } }, { pause: '20s' }],
  mayFire: ['OrdersWaitingGrowing', 'SloBurnDemo'],
  expect: { during: { timeout: [0, 0], ready: [0.85, 1] } },
  recoverWithin: '25s',
};
