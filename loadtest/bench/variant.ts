import type { OrderRequest } from '#shared/contracts/order.ts';

/** A process whose CPU time is counted. */
export interface Measured {
  readonly name: string;
  readonly pid: number;
  /** Where Prometheus would scrape it. */
  readonly metricsUrl?: string;
}

/** Told by a variant for every ready that it sees, copies included. */
export type OnReady = (orderId: string) => void;

/** One way to carry an order from its creation to ready. */
export interface Variant {
  readonly name: string;
  /** Starts servers, workers and the driver's connections, all fresh, node processes with `env` over this one's. Aborted: stops what it started, and rejects. */
  readonly start: (
    onReady: OnReady,
    signal: AbortSignal,
    env: Readonly<Record<string, string>>,
  ) => Promise<RunningVariant>;
}

export interface RunningVariant extends AsyncDisposable {
  /** Creates one order; resolves with its id once the order is accepted. Ready may be seen before that. */
  readonly submit: (order: OrderRequest) => Promise<string>;
  /** How many orders may be on their way to acceptance at once; undefined: as many as may be outstanding. */
  readonly connections?: number;
  readonly processes: readonly Measured[];
  /** Of a user who may configure it. */
  readonly redisUrl: string;
  /** Rejects when a process ended by itself; never resolves. */
  readonly failed: Promise<never>;
}
