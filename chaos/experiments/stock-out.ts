import type { ExperimentData } from '../experiment.ts';

export const stockOut: ExperimentData = {
  hypothesis:
    'When everybody wants the one pizza that cannot be made, those orders are cancelled and paid back, and the others are made as before.',
  teaches:
    'The three contributions race: often the money is taken before the shelf turns out to be empty. Then the refund has to follow, once, and the books have to balance.',
  look: { dashboard: 'correlation', panel: 'Compensations by what is undone, and why' },
  method: [{ orders: { mix: { 'sold-out': 0.6 } } }, { pause: '20s' }],
  expect: { during: { acceptedAtOnce: [0.99, 1], cancelled: [0.5, 0.75], timeout: [0, 0] } },
  recoverWithin: '15s',
};
