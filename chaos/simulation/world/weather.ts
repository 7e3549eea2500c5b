import { Dice } from '#shared/contracts/dice.ts';
import { type FaultName, vocabulary } from '#shared/faults/vocabulary.ts';

interface SimulatedFault {
  /** The most that a run may have of it: probability per message, call or order; 1: for the whole run or not at all. */
  readonly most: number;
  /** The fault of the vocabulary that it simulates; absent: only the simulation can do this. */
  readonly simulates?: FaultName;
  /** Default: the vocabulary's. */
  readonly meaning?: string;
}

/** What may go wrong in a simulated run. A kind with a name of the vocabulary is that fault. */
export const faultKinds = {
  deliveryLost: { most: 0.06, meaning: 'a delivery is lost; the broker redelivers it after ACK_WAIT' },
  redelivery: { most: 0.1, meaning: 'a delivery is handled again by any replica, the first may be in progress' },
  duplicate: { most: 0.06, simulates: 'duplicate' },
  reorder: { most: 0.25, simulates: 'reorder', meaning: 'a delivery comes after later ones' },
  delay: { most: 0.02, simulates: 'delay', meaning: 'a delivery takes longer than ACK_WAIT and ORDER_TIMEOUT' },
  drop: { most: 0.05, simulates: 'drop' },
  publishLost: { most: 0.04, meaning: 'a publish does not reach the broker' },
  pubAckLost: { most: 0.05, meaning: 'the broker stores a message, and its PubAck is lost' },
  callLost: { most: 0.02, simulates: 'dependency-failing', meaning: 'a call does not reach the store' },
  answerLost: { most: 0.03, simulates: 'dependency-timeout', meaning: 'a store call is executed, its answer is lost' },
  kill: { most: 0.004, simulates: 'kill', meaning: 'a process dies between two port calls, and another one starts' },
  brokerAway: { most: 0.001, simulates: 'partition', meaning: 'no process reaches the broker for a while' },
  storeAway: { most: 0.001, simulates: 'partition', meaning: 'no process reaches the stores for a while' },
  secondCharge: { most: 0.06, meaning: 'the gateway charges a customer a second time without payment knowing' },
  expiry: { most: 1, meaning: 'reservations expire before orders are decided' },
  scarcity: { most: 1, meaning: 'flour and chefs run short' },
  skew: { most: 1, simulates: 'skew' },
  storeWiped: { most: 0.001, simulates: 'wipe' },
  storeRestarted: {
    most: 0.001,
    simulates: 'restart',
    meaning: 'the stores lose their last second of answered writes',
  },
} as const satisfies Readonly<Record<string, SimulatedFault>>;

export type FaultKind = keyof typeof faultKinds;
export const allFaults = Object.keys(faultKinds) as FaultKind[];
const kindOf = (kind: FaultKind): SimulatedFault => faultKinds[kind];

export function meaningOf(kind: FaultKind): string {
  const { meaning, simulates } = kindOf(kind);
  return meaning ?? (simulates ? vocabulary[simulates].meaning : '');
}

/** Probability of each kind in one run. */
export type Weather = Readonly<Record<FaultKind, number>>;

/** A run has it from its beginning to its end, or not at all. */
export const isForWholeRun = (kind: FaultKind): boolean => kindOf(kind).most === 1;

/** Share of the runs in which a kind happens at all: so that few faults are seen alone, and many together. */
const PRESENT = 0.6;
const PRESENT_WHOLE_RUN = 0.25;

/** The weather of a seed, of the kinds that are allowed. */
export function weatherOf(seed: number, allowed: readonly FaultKind[] = allFaults): Weather {
  const dice = new Dice(seed, 1);
  const rate = (kind: FaultKind): number => {
    const [present, strength] = [dice.next(), dice.next()];
    if (!allowed.includes(kind)) return 0;
    if (isForWholeRun(kind)) return present < PRESENT_WHOLE_RUN ? 1 : 0;
    return present < PRESENT ? strength * kindOf(kind).most : 0;
  };
  return Object.fromEntries(allFaults.map((kind) => [kind, rate(kind)])) as unknown as Weather;
}
