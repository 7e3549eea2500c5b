import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Story } from '../loadtest/orders.ts';
import type { AlertName } from '../observability/prometheus/rules/alert-catalogue.ts';
import type { FaultStep } from './faults/faults.ts';

/** As a file of experiments/ exports it; the name is the file's. */
export type ExperimentData = Omit<Experiment, 'name'>;

/**
 * An experiment as data. Its parts are Chaos Toolkit's: a hypothesis, a steady state that is probed before and after, a
 * method, rollbacks. The steady state is the same for all (engine/steady-state.ts), and each fault knows how it is taken back,
 * so an experiment says only what is its own. A duration is written `500ms` or `30s`, and is real time.
 */
export interface Experiment {
  /** Kebab-case. */
  readonly name: string;
  /** One sentence that a newcomer understands, and that can be refuted. */
  readonly hypothesis: string;
  /** What a reader learns from it. */
  readonly teaches: string;
  /** Where to look in Grafana. */
  readonly look: { readonly dashboard: string; readonly panel: string };
  /** Variables of a stack of its own, and replicas where not one. */
  readonly stack?: {
    readonly env?: Readonly<Record<string, string>>;
    readonly replicas?: Readonly<Record<string, number>>;
  };
  /** Orders per second before, during and after. Default 10. */
  readonly rate?: number;
  /** In this order; each disturbance lasts until all are undone, the last one first. */
  readonly method: readonly Step[];
  /** Alerts that must fire, and clear after the rollback. Default: none. */
  readonly mustFire?: readonly ExpectedAlert[];
  /** Alerts that may fire: they belong to what is done. Any other alert refutes the hypothesis. */
  readonly mayFire?: readonly AlertName[];
  /** What the customers may feel: the least and greatest value of each probe, for the orders that are placed in a phase. */
  readonly expect: Partial<Record<Phase, Partial<Record<ProbeName, Tolerance>>>>;
  /** How soon after the rollback the stack is steady again. */
  readonly recoverWithin: string;
  /** Dead letters that the experiment brings about: at least so many, only of these reasons. Default: none. */
  readonly deadLetters?: { readonly reasons: readonly string[]; readonly atLeast: number };
}

/** `pause` lets the stack work; `awaitAlerts` waits until the alerts that must fire do, at most so long. */
export type Step = Disturbance | { readonly pause: string } | { readonly awaitAlerts: string };

/**
 * What an experiment or a game day does to a stack: a fault, other customers, or so many orders at the same moment, so that
 * a fault that follows meets work in progress.
 */
export type Disturbance = FaultStep | ChangeOrders | { readonly burst: number };

/** Changes what the customers order. It is no fault: the system has to cope with it. */
export interface ChangeOrders {
  readonly orders: {
    /** Orders per second. Default: as before. */
    readonly rate?: number;
    /** Shares of orders with that story, over the realistic mix. */
    readonly mix?: Partial<Record<Exclude<Story, 'plain'>, number>>;
  };
}

export interface ExpectedAlert {
  readonly alert: AlertName;
  /** Those of its labels that must have this value. */
  readonly labels?: Readonly<Record<string, string>>;
}

export type Tolerance = readonly [least: number, most: number];

export type Phase = 'before' | 'during' | 'after';

/** Shares are of 0 to 1. */
export type ProbeName = keyof typeof probes;

export const probes = {
  acceptedAtOnce: 'share of orders that the intake took at the first try',
  ready: 'share of orders that became a pizza',
  cancelled: 'share of orders that were cancelled for a reason',
  timeout: 'share of orders that timed out',
  readySeconds: '95 % of the pizzas were ready within so many seconds',
} as const;

const folder = join(import.meta.dirname, 'experiments');

/** Every experiment of the folder, by name: a new file is listed nowhere. @throws when a file exports none of its name. */
export async function loadExperiments(): Promise<Experiment[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort();
  return Promise.all(files.map((file) => loadExperiment(basename(file, '.ts'))));
}

async function loadExperiment(name: string): Promise<Experiment> {
  const module: Record<string, ExperimentData> = await import(join(folder, `${name}.ts`));
  const exported = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const found = module[exported];
  if (!found) throw new Error(`chaos/experiments/${name}.ts exports no experiment ${exported}`);
  return { name, ...found };
}
