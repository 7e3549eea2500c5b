import type { OrderRequest } from '#shared/contracts/order.ts';

/** A process whose CPU time is counted. */
export interface Measured {
  readonly name: string;
  readonly pid: number;
}

/** Told by a variant for every ready that it sees, copies included. */
export type OnReady = (orderId: string) => void;

/** One way to carry an order from its creation to ready. */
export interface Variant {
  readonly name: string;
  /** Starts servers, workers and the driver's connections, all fresh. Aborted: stops what it started, and rejects. */
  readonly start: (onReady: OnReady, signal: AbortSignal) => Promise<RunningVariant>;
}

export interface RunningVariant extends AsyncDisposable {
  /** Creates one order; resolves with its id once the order is accepted. Ready may be seen before that. */
  readonly submit: (order: OrderRequest) => Promise<string>;
  /** How many orders may be on their way to acceptance at once; undefined: as many as may be outstanding. */
  readonly connections?: number;
  readonly processes: readonly Measured[];
  /** Rejects when a process ended by itself; never resolves. */
  readonly failed: Promise<never>;
}
