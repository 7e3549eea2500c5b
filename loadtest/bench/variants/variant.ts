import type { OrderRequest } from '#shared/contracts/order.ts';

/** One way to carry an order from its creation to ready. */
export interface Variant {
  readonly name: string;
  /** Starts servers, workers and the driver's connections, all fresh. Aborted: stops what it started, and rejects. */
  readonly start: (options: StartOptions) => Promise<RunningVariant>;
  /** Every process sends its spans to a sink that counts them; the run fails when fewer are received. */
  readonly traces?: { readonly env: Readonly<Record<string, string>>; readonly minSpansPerOrder: number };
}

export interface StartOptions {
  /** Called for every ready that is seen, copies included. */
  readonly onReady: (orderId: string) => void;
  /** Called for every line of a service's log. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
  /** For the node processes, over this one's environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface RunningVariant extends AsyncDisposable {
  /** Creates one order; resolves with its id once the order is accepted. Ready may be seen before that. */
  readonly submit: (order: OrderRequest) => Promise<string>;
  readonly processes: readonly Measured[];
  /** Rejects when a process ends without being told to; never resolves. */
  readonly failed: Promise<never>;
}

/** A process whose CPU time is counted. */
export interface Measured {
  readonly name: string;
  readonly pid: number;
  /** Where Prometheus would scrape it. */
  readonly metricsUrl?: string;
}
