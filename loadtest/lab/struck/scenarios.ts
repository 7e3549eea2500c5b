import { correlatorOf } from '#shared/contracts/flow.ts';
import { type Pattern, serviceNames } from '#shared/runtime/pattern.ts';
import { disturbancesOf } from '../../../chaos/engine/method.ts';
import type { Watch } from '../../../chaos/engine/watch.ts';
import type { Step } from '../../../chaos/experiment.ts';
import { chefOutage } from '../../../chaos/experiments/chef-outage.ts';
import { everyEventTwice } from '../../../chaos/experiments/every-event-twice.ts';
import { natsRestartUnderLoad } from '../../../chaos/experiments/nats-restart-under-load.ts';
import { paymentSlowByTenMinutes } from '../../../chaos/experiments/payment-slow-by-ten-minutes.ts';
import type { Injected } from '../../../chaos/faults/faults.ts';

/** What strikes a stack under load: the disturbances of a chaos experiment, with the lab's own pauses. */
export interface Scenario {
  readonly name: string;
  /** Orders at once just before, so that the fault meets work in progress. Default: none. */
  readonly burst?: number;
  readonly method: readonly Step[];
  /** Servers whose data are away for a while, although no step kills them. */
  readonly away?: readonly string[];
  /** What no experiment does, before the method. */
  readonly strike?: (watch: Watch) => Promise<Injected>;
}

/** How long each disturbance lasts. In a quick run, the outages of single services and of the broker end before the deadline. */
export interface Lengths {
  readonly service: string;
  readonly broker: string;
  readonly calm: string;
}

export const lengthsOf = (quick: boolean): Lengths =>
  quick ? { service: '2s', broker: '2s', calm: '3s' } : { service: '9s', broker: '9s', calm: '10s' };

/**
 * Half an hour is lived in six seconds: a deadline is awaited, and ten minutes are a third of it, as in the workshop. What is no
 * business of the order (the gateway's answer, "payment pending") keeps its usual length.
 */
export const struckEnv = {
  ORDER_TIMEOUT: '30m',
  TIME_SCALE: '300',
  GATEWAY_LATENCY: '6s',
  PAYMENT_PENDING_AFTER: '5m',
  ACK_WAIT: '1s',
  RESERVATION_TTL: '2h',
} as const;

/** Longer than the deadline, in a quick run too: they are about the deadline. */
const CHEF_AWAY = '10s';
const COORDINATOR_AWAY = '8s';
const KILLS = 5;
/** As many as are worked on for about 200 ms. */
export const BURST = 40;

/** The same for each pattern. Each of its services is away once: the coordinator and the chef under the name of their role. */
export function scenariosOf(pattern: Pattern, { service, broker, calm }: Lengths): Scenario[] {
  const kill = (part: string): Step => ({ fault: 'kill', part });
  const coordinator = correlatorOf(pattern.flow);
  const others = serviceNames(pattern).filter((name) => ![coordinator, ...partsKilled(chefOutage)].includes(name));
  return [
    { name: 'chef-outage', method: [...disturbancesOf(chefOutage), { pause: CHEF_AWAY }] },
    { name: 'coordinator-killed', method: killedOften(coordinator) },
    { name: 'every-event-twice', method: [...disturbancesOf(everyEventTwice), { pause: calm }] },
    { name: 'payment-ten-minutes-late', method: [...disturbancesOf(paymentSlowByTenMinutes), { pause: calm }] },
    { name: 'broker-killed', method: [...disturbancesOf(natsRestartUnderLoad), { pause: broker }] },
    { name: 'coordinator-down', burst: BURST, method: [kill(coordinator), { pause: COORDINATOR_AWAY }] },
    ...others.map((name) => ({ name: downOf(name), burst: BURST, method: [kill(name), { pause: service }] })),
  ];
}

/** Crashes with orders at work, and comes up again at once. */
export function killedOften(part: string): Step[] {
  const cycle: Step[] = [{ burst: BURST }, { pause: '150ms' }, { fault: 'restart', part }, { pause: '1s' }];
  return Array.from({ length: KILLS }, () => cycle).flat();
}

const downOf = (service: string): string => `${service}-down`;

/** Parts that are away until the rollback. */
export const partsKilled = (scenario: Pick<Scenario, 'method'>): string[] => partsOf(scenario, 'kill');

/** Parts that are started again at once. */
export const partsRestarted = (scenario: Pick<Scenario, 'method'>): string[] => partsOf(scenario, 'restart');

const partsOf = (scenario: Pick<Scenario, 'method'>, fault: 'kill' | 'restart'): string[] =>
  disturbancesOf(scenario).flatMap((step) => ('part' in step && step.fault === fault ? step.part : []));
