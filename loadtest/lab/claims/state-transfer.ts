import type { Claim } from './claim.ts';
import { declared, EACH_OWNER, lessThan, moreThan, mostAreServedWithout, timeToReady } from './evidence.ts';

const pro = (says: string, by: Claim['by']): Claim => ({ subject: 'state-transfer', is: 'pro', says, by });
const con = (says: string, by: Claim['by']): Claim => ({ subject: 'state-transfer', is: 'con', says, by });

/** Orders come every 50 ms while the lab strikes: data that change with each are older than that in a copy. */
const BETWEEN_ORDERS_MS = 50;

/** Nobody is away. */
const CALM = 'every-event-twice';

export const stateTransferClaims: readonly Claim[] = [
  pro('Services work on their own, with local data.', mostAreServedWithout(/^inventory-service-down$/, 'inventory')),
  pro('It is fast: nobody waits for anybody.', lessThan('choreography', timeToReady, 'ms to ready at 100 orders/s')),
  pro('It survives the failure of other services.', mostAreServedWithout(EACH_OWNER, 'payment, inventory or chef')),
  con('Data are duplicated, and consistent only later.', {
    of: [{ scenario: CALM, measure: 'staleness-p99-ms' }],
    holds: (ms) => ms > 0,
    found: (ms) => `one order of a hundred is decided on a copy that is older than ${Math.round(ms)} ms`,
  }),
  con('Events are large.', moreThan('choreography', declared('bytes-per-order'), 'bytes per order')),
  con('Copies have to be kept in step with their owners.', {
    of: [{ scenario: /./, measure: 'oversold', take: 'most' }],
    holds: (orders) => orders > 0,
    found: (orders) => `up to ${orders} pizzas were made although an owner refused its part`,
  }),
  con('It does not suit sensitive data, nor data that change often.', {
    of: [{ scenario: CALM, measure: 'staleness-p50-ms' }],
    holds: (ms) => ms > BETWEEN_ORDERS_MS,
    found: (ms) =>
      `half of the orders are decided on a copy older than ${Math.round(ms)} ms, and an order comes every ${BETWEEN_ORDERS_MS} ms`,
  }),
];
