import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Service } from '#shared/runtime/service.ts';
import { type Alteration, Universe } from './universe.ts';
import { type FaultKind, weatherOf } from './weather.ts';

/** All that a run follows from: with the same code, the same spec gives the same run. Plain data. */
export interface RunSpec {
  readonly seed: number;
  /** Customers of the run. */
  readonly orders: number;
  /** The kinds of faults that may happen; default: all. */
  readonly only?: readonly FaultKind[];
}

export const ORDERS_PER_RUN = 200;

interface Extras {
  readonly alteration?: Alteration;
  readonly trace?: (atMs: number, orderId: string | undefined, line: string) => void;
}

export const openUniverse = (
  { seed, orders, only }: RunSpec,
  services: readonly Service[],
  extras: Extras = {},
): Universe => new Universe({ seed, orders, weather: weatherOf(seed, only), flow: pizzaFlow, services, ...extras });

/** The command that runs it again and tells what happened to the orders that went wrong. */
export const replayCommand = ({ seed, orders, only }: RunSpec): string =>
  [
    `npm run simulate -- --replay ${seed}`,
    ...(orders === ORDERS_PER_RUN ? [] : [`--per-run ${orders}`]),
    ...(only ? [`--only ${only.join(',')}`] : []),
  ].join(' ');
