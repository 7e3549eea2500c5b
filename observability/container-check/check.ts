import type { Settings } from '#shared/runtime/settings.ts';
import type { ComposeProject } from '#shared/stack/compose/project.ts';

/** What the checks know of the running containers, and find out for each other. */
export interface Circumstances {
  readonly project: ComposeProject;
  /** Those of the services. */
  readonly settings: Settings;
  /** When everything was healthy, ms since the epoch. */
  readonly healthyAt: number;
  readonly signal: AbortSignal;
  /** Order and trace of each part that was ordered. */
  readonly orders: Map<string, PlacedOrder>;
}

export interface PlacedOrder {
  readonly orderId: string;
  /** 32 hex digits. */
  readonly traceId: string;
}

export interface Check {
  readonly title: string;
  /** Without these services it is left out. */
  readonly needs: readonly string[];
  /** Resolves with a sentence for each thing that was seen. @throws Error naming what was not */
  readonly run: (circumstances: Circumstances) => Promise<string[]>;
}
