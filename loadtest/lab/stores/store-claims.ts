import type { Claim } from '../claims/claim.ts';
import { lessThan, percent } from '../claims/evidence.ts';

/** Longer is an outage, and no hiccup. */
const SOON_S = 20;
const KILLED = /^(service|store)-killed$/;
const LOST = /^(store-wiped|last-second-lost)$/;

/** What this repository says of each of its stores, and the workshop of Redis. */
export function storeClaims(store: string): Claim[] {
  const pro = (says: string, by: Claim['by']): Claim => ({ subject: store, is: 'pro', says, by });
  const each = [
    pro('No order is lost or doubled when a service or the store is killed.', {
      of: ['lost', 'doubled', 'wrongly-timed-out'].map((measure) => ({ scenario: KILLED, measure, take: 'most' })),
      holds: (...wrong) => wrong.every((orders) => orders === 0),
      found: (lost, doubled, timedOut) => `${lost} orders lost, ${doubled} doubled, ${timedOut} timed out wrongly`,
    }),
    pro('What is lost of its data is read back from the stream, within seconds.', {
      of: [
        { scenario: LOST, measure: 'lost', take: 'most' },
        { scenario: LOST, measure: 'unexplained-money', take: 'most' },
        { scenario: LOST, measure: 'seconds-until-steady', take: 'most' },
      ],
      holds: (lost, money, seconds) => lost === 0 && money === 0 && seconds < SOON_S,
      found: (lost, money, seconds) =>
        `${lost} orders lost, ${money} pence unexplained, steady after ${seconds.toFixed(1)} s`,
    }),
    pro('The funnel balances at each scrape.', {
      of: [
        { scenario: 'saturation', measure: 'unbalanced-scrapes' },
        { scenario: 'saturation', measure: 'scrapes' },
      ],
      holds: (unbalanced, scrapes) => unbalanced === 0 && scrapes > 0,
      found: (unbalanced, scrapes) =>
        `under load, ${percent(unbalanced / scrapes)} of ${scrapes} scrapes do not balance`,
    }),
  ];
  return [...each, ...(ofOne[store] ?? []).map(({ says, by, is }) => ({ subject: store, is, says, by }))];
}

const servers: Claim['by'] = {
  of: [{ scenario: 'saturation', measure: 'servers' }],
  holds: (programs) => programs > 0,
  found: (programs) => `${programs} server programs besides NATS`,
};

const ofOne: Readonly<Record<string, readonly Omit<Claim, 'subject'>[]>> = {
  redis: [
    {
      is: 'pro',
      says: 'Fast.',
      by: lessThan(
        'postgres',
        { scenario: 'saturation', measure: 'store-ms-per-order' },
        'ms per order in store calls',
      ),
    },
    { is: 'con', says: 'Additional infrastructure.', by: servers },
    {
      is: 'con',
      says: 'Not durable (can lose state on cache failure).',
      by: {
        of: [{ scenario: LOST, measure: 'lost', take: 'most' }],
        holds: (lost) => lost > 0,
        found: (lost) => `its state goes, and ${lost} orders with it: the stream has them all`,
      },
    },
  ],
  postgres: [{ is: 'con', says: 'Database dependency.', by: servers }],
  sqlite: [
    {
      is: 'pro',
      says: 'It needs no server.',
      by: { ...servers, holds: (programs) => programs === 0 },
    },
  ],
};
