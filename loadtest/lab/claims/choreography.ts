import type { Claim } from './claim.ts';
import {
  declared,
  EACH_SERVICE,
  more,
  moreThan,
  mostAreServedWithout,
  noForeignField,
  noServiceHasTheWay,
  notMore,
  throughput,
} from './evidence.ts';

const pro = (says: string, by: Claim['by']): Claim => ({ subject: 'choreography', is: 'pro', says, by });
const con = (says: string, by: Claim['by']): Claim => ({ subject: 'choreography', is: 'con', says, by });

const ADDED = 'declarations that one more requirement changes';

/** The comparison's pros and cons, then what the pizza's "better pattern" promises. */
export const choreographyClaims: readonly Claim[] = [
  pro('Services do not know each other’s data: they are loosely coupled.', noForeignField),
  pro('It scales better: nothing in the middle is a bottleneck.', moreThan('orchestration', throughput, 'orders/s')),
  pro('A service is added without a change of the others.', {
    of: [declared('changed-by-requirement')],
    holds: (changed) => changed === 0,
    found: (changed) =>
      `${ADDED}: ${changed}, since who waits for it has to know it; a service that only listens changes none`,
  }),
  pro('Each service keeps to its own domain.', {
    of: [declared('asked-of-others')],
    holds: (types) => types === 0,
    found: (types) =>
      `the kitchen publishes ${types} event types of other domains, to end an order and to ask for compensation`,
  }),
  pro('No service is a single point of failure.', mostAreServedWithout(EACH_SERVICE, 'the one that is missed most')),
  con('The complete workflow is harder to understand.', noServiceHasTheWay),
  con(
    'Logic that is spread over services is hard to debug.',
    more('deciding-services', 'services that decide on an order', 'orchestration'),
  ),
  con('Correlation and its state have to be managed.', {
    of: [{ scenario: 'chef-outage', measure: 'peak-backlog' }],
    holds: (orders) => orders > 0,
    found: (orders) => `the kitchen has to keep what it knows of up to ${orders} unfinished orders`,
  }),
  con(
    'There may be event storms, and events that cause each other in circles.',
    more('messages-per-order', 'messages per order', 'orchestration'),
  ),
  con('It needs good monitoring.', {
    nothing: 'every wiring here has the same traces, metrics and dashboards: nobody had to do without',
  }),
  pro('Each service emits data of its own domain only.', noForeignField),
  pro('The kitchen correlates by the order’s id.', {
    of: ['lost', 'doubled', 'wrongly-timed-out'].map((measure) => ({
      scenario: /^(every-event-twice|coordinator-killed)$/,
      measure,
      take: 'most',
    })),
    holds: (...wrong) => wrong.every((orders) => orders === 0),
    found: (lost, doubled, timedOut) =>
      `every event twice, and the kitchen killed five times: ${lost} orders lost, ${doubled} doubled, ${timedOut} timed out wrongly`,
  }),
  pro(
    'A fourth requirement, such as delivery, is easy to add.',
    notMore('changed-by-requirement', ADDED, 'orchestration'),
  ),
  pro('Services are loosely coupled: each does without the others for a while.', {
    of: [
      { scenario: /^(payment|inventory)-service-down$|^coordinator-down$/, measure: 'accepted', take: 'least' },
      { scenario: EACH_SERVICE, measure: 'lost', take: 'most' },
    ],
    holds: (accepted, lost) => accepted > 0 && lost === 0,
    found: (accepted, lost) => `with any other service away, at least ${accepted} orders are accepted and ${lost} lost`,
  }),
];
