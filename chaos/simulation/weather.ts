import { Dice } from './dice.ts';

/** What may go wrong in a simulated run: kind -> what it does. */
export const faultKinds = {
  drop: 'a delivery is lost; the broker delivers again after ACK_WAIT',
  duplicate: 'a delivery is handled a second time, by any replica, while the first may be under way',
  copy: 'a stored message is stored again under a fresh Nats-Msg-Id',
  reorder: 'a delivery comes after later ones',
  delay: 'a delivery takes seconds, beyond ACK_WAIT and ORDER_TIMEOUT',
  ackLost: 'an acknowledgement does not reach the broker',
  publishLost: 'a publish does not reach the broker',
  pubAckLost: 'the broker stores a message, and its PubAck is lost',
  callLost: 'a call does not reach the store',
  answerLost: 'the store does as told, and its answer is lost',
  crash: 'a process dies between two port calls, and another one starts',
  brokerAway: 'nobody reaches the broker for a while',
  storeAway: 'nobody reaches the stores for a while',
  secondCharge: 'a customer is charged a second time behind the back of payment',
  expiry: 'reservations run out before orders do',
  scarcity: 'flour and chefs run short',
  skew: "a host's clock is seconds wrong",
  storeWiped: "the stores lose everything, the gateway's journal included",
  storeRestarted: 'the stores come up again without the last second of what they had answered',
} as const;

export type FaultKind = keyof typeof faultKinds;
export const allFaults = Object.keys(faultKinds) as FaultKind[];

/** Probability of each kind, per message, call or order; of `expiry`, `scarcity` and `skew`: 1 or 0 for the whole run. */
export type Weather = Readonly<Record<FaultKind, number>>;

/** The most of each kind that a run may have. */
const worst: Weather = {
  drop: 0.06,
  duplicate: 0.1,
  copy: 0.06,
  reorder: 0.25,
  delay: 0.02,
  ackLost: 0.05,
  publishLost: 0.04,
  pubAckLost: 0.05,
  callLost: 0.02,
  answerLost: 0.03,
  crash: 0.004,
  brokerAway: 0.001,
  storeAway: 0.001,
  secondCharge: 0.06,
  expiry: 1,
  scarcity: 1,
  skew: 1,
  storeWiped: 0.001,
  storeRestarted: 0.001,
};
/** What a run has from its beginning to its end, or not at all. */
export const wholeRun: readonly FaultKind[] = ['expiry', 'scarcity', 'skew'];
/** Share of the runs in which a kind happens at all: so that few faults are seen alone, and many together. */
const PRESENT = 0.6;
const PRESENT_WHOLE_RUN = 0.25;

/** The weather of a seed, of the kinds that are allowed. */
export function weatherOf(seed: number, allowed: readonly FaultKind[] = allFaults): Weather {
  const dice = new Dice(seed, 1);
  const rate = (kind: FaultKind): number => {
    const [present, strength] = [dice.next(), dice.next()];
    if (!allowed.includes(kind)) return 0;
    if (wholeRun.includes(kind)) return present < PRESENT_WHOLE_RUN ? 1 : 0;
    return present < PRESENT ? strength * worst[kind] : 0;
  };
  return Object.fromEntries(allFaults.map((kind) => [kind, rate(kind)])) as unknown as Weather;
}
