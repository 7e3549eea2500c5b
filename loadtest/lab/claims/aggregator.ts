import type { Claim } from './claim.ts';
import { declared, endsInTimeWithoutChef, foreignField, more, notMore } from './evidence.ts';

const pro = (says: string, by: Claim['by']): Claim => ({ subject: 'aggregator', is: 'pro', says, by });
const con = (says: string, by: Claim['by']): Claim => ({ subject: 'aggregator', is: 'con', says, by });

const ONE_JOIN = 'there is one aggregation here, of three contributions to an order';

export const aggregatorClaims: readonly Claim[] = [
  pro('Correlation is in one place.', {
    of: [declared('correlating-services')],
    holds: (services) => services === 1,
    found: (services) => `services that wait for more than one requirement: ${services}`,
  }),
  pro(
    'The other services stay simple.',
    notMore('types-known-by-others', 'event types that the best-informed other service knows'),
  ),
  pro('Deadlines and missing events are easy to handle.', endsInTimeWithoutChef),
  pro('It can be used again for other aggregations.', { nothing: ONE_JOIN }),
  con('It is one more service to run.', more('services', 'services')),
  con('It still couples: the combined event holds the data of several domains.', foreignField()),
  con('Many kinds of aggregation make it intricate.', { nothing: ONE_JOIN }),
];
