import { parseDuration } from '#shared/contracts/duration.ts';
import type { FaultSpec } from '#shared/faults/fault-spec.ts';
import type { Experiment, Step } from '../experiment.ts';
import { type FaultStep, faultOf } from '../faults/faults.ts';
import type { Needs } from '../target/target.ts';
import { isThat } from './alert-watch.ts';
import { type Disturbance, disturb, isFault } from './disturb.ts';
import type { Timeline } from './timeline.ts';
import type { Watch } from './watch.ts';

export const disturbancesOf = ({ method }: Pick<Experiment, 'method'>): Disturbance[] =>
  method.flatMap((step) => ('pause' in step || 'awaitAlerts' in step ? [] : step));

export const faultsOf = (experiment: Pick<Experiment, 'method'>): FaultStep[] =>
  disturbancesOf(experiment).filter(isFault);

/** What an experiment's faults and its stack need before anything starts. */
export function needsOf(experiment: Experiment): Needs {
  const specs = faultsOf(experiment);
  return {
    env: experiment.stack?.env ?? {},
    replicas: experiment.stack?.replicas ?? {},
    network: specs.some((spec) => faultOf(spec).needs?.network),
    skewable: specs.flatMap((spec) => faultOf(spec).needs?.skewable?.(spec) ?? []),
  };
}

/** Takes back what was injected, the last first. A failure goes into the timeline, and the others are still taken back. */
export class Rollback {
  readonly #timeline: Timeline;
  readonly #undos: { readonly what: string; readonly undo: () => Promise<void> }[] = [];
  readonly failures: string[] = [];

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  add(what: string, undo: () => Promise<void>): void {
    this.#undos.push({ what, undo });
  }

  /** May be called again: each is taken back once. */
  async run(): Promise<void> {
    for (let next = this.#undos.pop(); next; next = this.#undos.pop())
      try {
        await next.undo();
        this.#timeline.add('rollback', `taken back: ${next.what}`);
      } catch (error) {
        const failure = `${next.what}: ${firstLine(error as Error)}`;
        this.failures.push(failure);
        this.#timeline.add('rollback', `NOT taken back: ${failure}`);
      }
  }
}

/** The lines after it are the end of a log. */
export const firstLine = ({ message }: Error): string => message.split('\n')[0] ?? '';

interface MethodContext {
  readonly watch: Watch;
  readonly timeline: Timeline;
  readonly rollback: Rollback;
}

/** Does step after step; what can be taken back is known to the rollback before the next one. */
export async function applyMethod(experiment: Experiment, context: MethodContext): Promise<void> {
  const serviceFaults = new Set<FaultSpec>();
  for (const step of experiment.method) await applyStep(step, experiment, { ...context, serviceFaults });
}

async function applyStep(
  step: Step,
  { mustFire = [] }: Experiment,
  { watch, timeline, rollback, serviceFaults }: MethodContext & { readonly serviceFaults: Set<FaultSpec> },
): Promise<void> {
  if ('pause' in step) return watch.pause(msOf(step.pause));
  if ('awaitAlerts' in step) {
    const { alerts } = watch;
    const allFire = () => mustFire.every((one) => alerts?.fired.some((alert) => isThat(one, alert)) ?? true);
    return watch.until(allFire, Date.now() + msOf(step.awaitAlerts));
  }
  const { target, customers } = watch;
  const { what, undo } = await disturb(step, { target, customers, serviceFaults });
  timeline.add('fault', what);
  if (undo) rollback.add(what, undo);
}

/** `30s` in ms. @throws Error for what is no duration */
export function msOf(duration: string): number {
  const ms = parseDuration(duration);
  if (ms === undefined) throw new Error(`"${duration}" is no duration: write it like 500ms, 30s or 2m`);
  return ms;
}
