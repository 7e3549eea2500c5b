import type { ExperimentData } from '../experiment.ts';

export const paymentKilledWhileCharging: ExperimentData = {
  hypothesis:
    'When payment is killed again and again while it waits for the bank, every customer is charged once, and no order waits for an answer that died.',
  teaches:
    'Nobody knows whether the bank has charged when the one who asked it died. The intent is stored before the bank is asked, and it is asked again under the same idempotency key: so the unknown becomes known, and never a second charge.',
  look: { dashboard: 'bottleneck', panel: 'Which event comes last' },
  stack: { env: { GATEWAY_LATENCY: '400ms' } },
  method: [1, 2, 3].flatMap(() => [
    { burst: 40 } as const,
    { pause: '250ms' },
    { fault: 'restart', part: 'payment-service' } as const,
    { pause: '5s' },
  ]),
  mayFire: ['ServiceDown', 'NoData', 'SloBurnDemo', 'MoneyOutOfBalance'],
  expect: { during: { timeout: [0, 0], ready: [0.85, 1] } },
  recoverWithin: '25s',
};
