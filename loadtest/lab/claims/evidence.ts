import type { Asked, Evidence } from './claim.ts';

/** What claims are judged by, and from where on: each threshold has a name and a reason. */

export const declared = (measure: string, subject?: string): Asked => ({
  scenario: 'declarations',
  measure,
  ...(subject && { subject }),
});

/** Less than this is nobody: an order may slip through in the moment of the fault. */
const NOBODY = 0.05;
/** Most customers notice nothing. */
const MOST = 0.5;
/** What two runs of the same wiring differ by on this machine at most. */
const NOTICEABLE = 0.1;
/** The whole way of an order cannot be read in one place that holds less of it. */
const HALF_OF_THE_WAY = 0.5;
/** Of what the best-informed service of the choreography knows. */
const MUCH_MORE = 1.25;

export const percent = (share: number): string => `${Math.round(share * 100)} %`;
const rounded = (value: number): string => String(Number(value.toPrecision(3)));

const PEER = 'choreography';

/** While each of these services is away in turn: of the orders placed then, the share that is ready then. */
const readyWhileAway = (scenario: RegExp): Asked => ({ scenario, measure: 'ready-share', take: 'least' });
export const EACH_SERVICE = /-(down|outage)$/;
/** Those who charge, reserve and assign. */
export const EACH_OWNER = /^(payment|inventory)-service-down$|^chef-outage$/;

export const nobodyIsServedWithout = (scenario: RegExp, who: string): Evidence => ({
  of: [readyWhileAway(scenario)],
  holds: (share) => share < NOBODY,
  found: (share) => `while ${who} is away, ${percent(share)} of the orders become ready`,
});

export const mostAreServedWithout = (scenario: RegExp, who: string): Evidence => ({
  of: [readyWhileAway(scenario)],
  holds: (share) => share > MOST,
  found: (share) => `while ${who} is away, ${percent(share)} of the orders become ready`,
});

/** What the happy end never shows: a contribution is missing for longer than the deadline. */
export const endsInTimeWithoutChef: Evidence = {
  of: ['overdue', 'lost', 'unexplained-money'].map((measure) => ({ scenario: 'chef-outage', measure })),
  holds: (...wrong) => wrong.every((value) => value === 0),
  found: (overdue, lost, money) =>
    `no chef for longer than the deadline: ${overdue} orders overdue, ${lost} lost, ${money} pence kept for nothing`,
};

export const noForeignField: Evidence = {
  of: [declared('foreign-fields')],
  holds: (fields) => fields === 0,
  found: (fields) => `events hold ${fields} fields that their publisher does not own`,
};
export const foreignField = (service?: string): Evidence => ({
  of: [declared(service ? `foreign-fields-${service}` : 'foreign-fields')],
  holds: (fields) => fields > 0,
  found: (fields) => `events${service ? ` of ${service}` : ''} hold ${fields} fields that their publisher does not own`,
});

export const oneServiceHasTheWay: Evidence = {
  of: [declared('steps-in-one-service')],
  holds: (share) => share > HALF_OF_THE_WAY,
  found: (share) => `one service declares ${percent(share)} of the steps of an order`,
};
export const noServiceHasTheWay: Evidence = { ...oneServiceHasTheWay, holds: (share) => share <= HALF_OF_THE_WAY };

export const knowsMuchMore: Evidence = {
  of: [declared('known-event-types'), declared('known-event-types', PEER)],
  holds: (types, peer) => types >= peer * MUCH_MORE,
  found: (types, peer) => `its best-informed service knows ${types} event types, that of the choreography ${peer}`,
};

/** Of a declaration: more than another pattern has. */
export const more = (measure: string, of: string, peer = PEER): Evidence => ({
  of: [declared(measure), declared(measure, peer)],
  holds: (own, other) => own > other,
  found: (own, other) => `${of}: ${rounded(own)}, in the ${peer} ${rounded(other)}`,
});
export const notMore = (measure: string, of: string, peer = PEER): Evidence => ({
  ...more(measure, of, peer),
  holds: (own, other) => own <= other,
});

/** Of a value under load: differs from another pattern by more than two runs of one do. */
const noticeably = (asked: Asked, unit: string, peer: string, holds: (ratio: number) => boolean): Evidence => ({
  of: [asked, { ...asked, subject: peer }],
  holds: (own, other) => holds(own / other),
  found: (own, other) => `${rounded(own)} ${unit}, ${peer} ${rounded(other)}: ${rounded(own / other)} times as much`,
});
export const lessThan = (peer: string, asked: Asked, unit: string): Evidence =>
  noticeably(asked, unit, peer, (ratio) => ratio < 1 - NOTICEABLE);
export const moreThan = (peer: string, asked: Asked, unit: string): Evidence =>
  noticeably(asked, unit, peer, (ratio) => ratio > 1 + NOTICEABLE);

export const throughput: Asked = { scenario: 'saturation', measure: 'orders-per-second' };
export const timeToReady: Asked = { scenario: '100/s', measure: 'p50-ms' };
