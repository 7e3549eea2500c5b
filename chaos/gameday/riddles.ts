import type { Disturbance } from '../experiment.ts';

export interface Riddle {
  /** What the operator has to name. */
  readonly answer: string;
  readonly disturbance: Disturbance;
  /** The panel, and what it shows. */
  readonly clue: string;
}

/** Disturbances that look alike at first, and differ on one panel. */
export const riddles: readonly Riddle[] = [
  {
    answer: 'chef-service is dead',
    disturbance: { fault: 'kill', part: 'chef-service' },
    clue: 'order-funnel, "Waiting for what": chef. services, "Replicas that answer": none of chef-service.',
  },
  {
    answer: 'inventory-service is frozen',
    disturbance: { fault: 'freeze', part: 'inventory-service' },
    clue: 'order-funnel, "Waiting for what": inventory. backbone, "Not delivered yet": its durable grows, and it does not answer a scrape.',
  },
  {
    answer: 'the payment gateway is slow',
    disturbance: { fault: 'dependency-slow', dependency: 'payment-gateway', by: '4s' },
    clue: 'bottleneck, "Which event comes last": payment. Every service answers, nothing fails.',
  },
  {
    answer: 'payment events arrive late',
    disturbance: { fault: 'delay', type: 'payment.completed', by: '4s' },
    clue: 'bottleneck, "Age of events p95 by service": payment events reach the kitchen old, although payment itself was quick.',
  },
  {
    answer: 'every event comes twice',
    disturbance: { fault: 'duplicate' },
    clue: 'correlation, "Events at the kitchen by how they ended": as many duplicates as ok. The funnel shows nothing.',
  },
  {
    answer: 'broken messages are in the stream',
    disturbance: { fault: 'corrupt', share: 0.2 },
    clue: 'backbone, "Dead letters kept" grows. The funnel shows nothing.',
  },
  {
    answer: 'acknowledgements get lost',
    disturbance: { fault: 'drop', share: 0.5 },
    clue: 'correlation, "Events at the kitchen by how they ended": duplicates, but services, "Events published per second" has not risen.',
  },
  {
    answer: 'the broker is down',
    disturbance: { fault: 'kill', part: 'nats' },
    clue: 'load-and-chaos, "Answers by status": 503. backbone, "Unanswered scrapes": the broker, at every service.',
  },
  {
    answer: 'Redis does not answer',
    disturbance: { fault: 'freeze', part: 'redis' },
    clue: 'load-and-chaos, "Answers by status": still 202, since the intake needs no Redis. backbone, "Unanswered scrapes": the store.',
  },
  {
    answer: 'the bank declines every second card',
    disturbance: { orders: { mix: { declined: 0.5 } } },
    clue: 'correlation, "Why cancelled": payment-failed. No alert: a refusal is an answer.',
  },
];
