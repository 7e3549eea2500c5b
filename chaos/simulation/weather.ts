import { Dice } from '#shared/contracts/dice.ts';
import type { FaultName } from '#shared/faults/vocabulary.ts';

interface SimulatedFault {
  readonly meaning: string;
  /** The fault of the vocabulary that it simulates; absent: only the simulation can do this. */
  readonly simulates?: FaultName;
}

/** What may go wrong in a simulated run. A kind with a name of the vocabulary is that fault. */
export const faultKinds = {
  deliveryLost: { meaning: 'a delivery is lost; the broker redelivers it after ACK_WAIT' },
  redelivery: { meaning: 'a delivery is handled a second time, by any replica, while the first may be in progress' },
  duplicate: { simulates: 'duplicate', meaning: 'a stored message is stored again under a new Nats-Msg-Id' },
  reorder: { simulates: 'reorder', meaning: 'a delivery comes after later ones' },
  delay: { simulates: 'delay', meaning: 'a delivery takes seconds, beyond ACK_WAIT and ORDER_TIMEOUT' },
  drop: { simulates: 'drop', meaning: 'an acknowledgement does not reach the broker' },
  publishLost: { meaning: 'a publish does not reach the broker' },
  pubAckLost: { meaning: 'the broker stores a message, and its PubAck is lost' },
  callLost: { simulates: 'dependency-failing', meaning: 'a call does not reach the store' },
  answerLost: { simulates: 'dependency-timeout', meaning: 'the store executes a call, and its answer is lost' },
  kill: { simulates: 'kill', meaning: 'a process dies between two port calls, and another one starts' },
  brokerAway: { simulates: 'partition', meaning: 'no process reaches the broker for a while' },
  storeAway: { simulates: 'partition', meaning: 'no process reaches the stores for a while' },
  secondCharge: { meaning: 'the gateway charges a customer a second time without payment knowing' },
  expiry: { meaning: 'reservations expire before orders are decided' },
  scarcity: { meaning: 'flour and chefs run short' },
  skew: { simulates: 'skew', meaning: 'the clock of a host is seconds wrong' },
  storeWiped: { simulates: 'wipe', meaning: "the stores lose everything, the gateway's journal included" },
  storeRestarted: {
    simulates: 'restart',
    meaning: 'the stores restart without the last second of acknowledged writes',
  },
} as const satisfies Readonly<Record<string, SimulatedFault>>;

export type FaultKind = keyof typeof faultKinds;
export const allFaults = Object.keys(faultKinds) as FaultKind[];

/** Probability of each kind, per message, call or order; of `expiry`, `scarcity` and `skew`: 1 or 0 for the whole run. */
export type Weather = Readonly<Record<FaultKind, number>>;

/** The most of each kind that a run may have. */
const worst: Weather = {
  deliveryLost: 0.06,
  redelivery: 0.1,
  duplicate: 0.06,
  reorder: 0.25,
  delay: 0.02,
  drop: 0.05,
  publishLost: 0.04,
  pubAckLost: 0.05,
  callLost: 0.02,
  answerLost: 0.03,
  kill: 0.004,
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
