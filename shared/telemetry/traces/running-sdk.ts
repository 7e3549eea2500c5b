import type { SpanLoss } from '../metrics/metric-labels.ts';

/** The OpenTelemetry SDK of this process, as far as a service has to know of it. */
export interface RunningSdk {
  /** Spans are exported. */
  readonly traces: boolean;
  /** Spans that were sampled and not exported since the start; changes as they are lost. */
  readonly spansLost: Readonly<Record<SpanLoss, number>>;
  /** Sends what is left and stops; never rejects, and takes no longer than a service may take to end. */
  shutdown(): Promise<void>;
}

let running: RunningSdk | undefined;

/** The preload tells the service, which is loaded after it, what it started. */
export function setRunningSdk(sdk: RunningSdk | undefined): void {
  running = sdk;
}

/** Undefined when no endpoint is set: then nothing of the SDK is even loaded. */
export const runningSdk = (): RunningSdk | undefined => running;
