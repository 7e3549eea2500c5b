import type { ExperimentData } from '../experiment.ts';

export const gatewayDecliningHalf: ExperimentData = {
  hypothesis:
    'When the bank declines every second card, those orders are cancelled at once, their chefs and ingredients are free again, and nobody is alarmed.',
  teaches:
    'A refusal is an event, not an error: it is decided on like any other, costs no retry, and counts as a good answer. A page at night for declined cards would be a wrong alert.',
  look: { dashboard: 'correlation', panel: 'Why cancelled' },
  method: [{ orders: { mix: { declined: 0.5 } } }, { pause: '20s' }],
  expect: { during: { acceptedAtOnce: [0.99, 1], cancelled: [0.4, 0.65], timeout: [0, 0] } },
  recoverWithin: '15s',
};
