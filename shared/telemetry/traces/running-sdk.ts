import type { SpanLoss } from '../metrics/metric-labels.ts';

/** What a service uses of the OpenTelemetry SDK of its process. */
export interface RunningSdk {
  readonly traces: boolean;
  /** Sampled spans that were not exported since the start; changes as they are lost. */
  readonly spansLost: Readonly<Record<SpanLoss, number>>;
  /** Sends what is left and stops; never rejects, and ends within seconds. */
  shutdown(): Promise<void>;
}

let running: RunningSdk | undefined;

/** Called by the preload, before the service is loaded. */
export function setRunningSdk(sdk: RunningSdk | undefined): void {
  running = sdk;
}

/** Undefined without an endpoint: then the SDK is not even loaded. */
export const runningSdk = (): RunningSdk | undefined => running;
