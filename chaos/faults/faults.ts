import { type Burst, burst } from './burst.ts';
import type { Fault, Injected, Scene } from './fault.ts';
import { type Freeze, freeze } from './freeze.ts';
import { type Inject, inject } from './inject.ts';
import { type Kill, kill } from './kill.ts';
import { type Orders, orders } from './orders.ts';
import { type Partition, partition } from './partition.ts';
import { type ResetConnections, resetConnections } from './reset-connections.ts';
import { type Restart, restart } from './restart.ts';
import { type Scale, scale } from './scale.ts';
import { type SkewClock, skewClock } from './skew-clock.ts';
import { type SlowNetwork, slowNetwork } from './slow-network.ts';
import { type WipeRedis, wipeRedis } from './wipe-redis.ts';

/** Everything that can be done to a stack; each has a file beside this one. */
export type FaultSpec =
  | Kill
  | Freeze
  | Restart
  | Scale
  | WipeRedis
  | SlowNetwork
  | Partition
  | ResetConnections
  | SkewClock
  | Inject
  | Orders
  | Burst;

export const faults: { readonly [Name in FaultSpec['fault']]: Fault<Extract<FaultSpec, { fault: Name }>> } = {
  kill,
  freeze,
  restart,
  scale,
  'wipe-redis': wipeRedis,
  'slow-network': slowNetwork,
  partition,
  'reset-connections': resetConnections,
  'skew-clock': skewClock,
  inject,
  orders,
  burst,
};

/** A spec's name picks its fault, so the two belong together. */
export const faultOf = (spec: FaultSpec): Fault<FaultSpec> => faults[spec.fault] as Fault<FaultSpec>;

export const injectFault = (spec: FaultSpec, scene: Scene): Promise<Injected> => faultOf(spec).inject(spec, scene);
