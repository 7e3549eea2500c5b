import type { Claim } from './claim.ts';
import {
  declared,
  endsInTimeWithoutChef,
  foreignField,
  knowsMuchMore,
  lessThan,
  more,
  nobodyIsServedWithout,
  oneServiceHasTheWay,
  percent,
  throughput,
} from './evidence.ts';

const pro = (says: string, by: Claim['by']): Claim => ({ subject: 'orchestration', is: 'pro', says, by });
const con = (says: string, by: Claim['by']): Claim => ({ subject: 'orchestration', is: 'con', says, by });

/** One event type of ten more than the choreography's kitchen sees would be noticed. */
const SEES_MORE = 0.1;

export const orchestrationClaims: readonly Claim[] = [
  pro('The whole process can be seen in one service.', {
    of: ['known-event-types', 'event-types'].flatMap((measure) => [
      declared(measure),
      declared(measure, 'choreography'),
    ]),
    holds: (known, peerKnown, all, peerAll) => known / all >= peerKnown / peerAll + SEES_MORE,
    found: (known, peerKnown, all, peerAll) =>
      `the orchestrator sees ${percent(known / all)} of the event types; the kitchen of the choreography, which correlates, ${percent(peerKnown / peerAll)}`,
  }),
  pro('Whoever looks for a mistake in the workflow looks in one place.', oneServiceHasTheWay),
  pro('Deadlines and compensation are easy to have.', endsInTimeWithoutChef),
  pro('It suits intricate processes with many decisions.', {
    nothing:
      'a pizza has one decision: is everything there? A process with fifteen would have to be built in each wiring',
  }),
  con(
    'The orchestrator is a single point of failure.',
    nobodyIsServedWithout(/^coordinator-down$/, 'the orchestrator'),
  ),
  con('The orchestrator knows too much: a god service.', knowsMuchMore),
  con('It couples tightly: the orchestrator has to know every service and what each needs.', foreignField()),
  con('It is harder to scale: every order passes the orchestrator.', lessThan('choreography', throughput, 'orders/s')),
  con(
    'A change of the workflow changes the orchestrator.',
    more('changed-by-requirement', 'declarations that one more requirement changes'),
  ),
];
