import type { FaultSpec } from '#shared/faults/fault-spec.ts';
import type { Experiment, Step } from '../experiment.ts';
import type { FaultStep } from '../faults/faults.ts';
import { isThat } from './alert-watch.ts';
import { type Disturbance, disturb, isFault } from './disturb.ts';
import { msOf } from './ms-of.ts';
import type { Timeline } from './timeline.ts';
import type { Watch } from './watch.ts';

/** Takes back what was injected, the last first. A failure is told and does not keep the others from being taken back. */
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

/** What follows are the last lines of a log. */
export const firstLine = ({ message }: Error): string => message.split('\n')[0] ?? '';

interface MethodContext {
  readonly watch: Watch;
  readonly timeline: Timeline;
  readonly rollback: Rollback;
}

export const disturbancesOf = ({ method }: Pick<Experiment, 'method'>): Disturbance[] =>
  method.flatMap((step) => ('pause' in step || 'awaitAlerts' in step ? [] : step));

export const faultsOf = (experiment: Pick<Experiment, 'method'>): FaultStep[] =>
  disturbancesOf(experiment).filter(isFault);

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
    const deadline = Date.now() + msOf(step.awaitAlerts);
    const allFire = () =>
      mustFire.every((expected) => watch.alerts?.fired.some((alert) => isThat(expected, alert)) ?? true);
    while (!allFire() && Date.now() < deadline) await watch.pause(250);
    return;
  }
  const { target, customers } = watch;
  const { what, undo } = await disturb(step, { target, customers, serviceFaults });
  timeline.add('fault', what);
  if (undo) rollback.add(what, undo);
}
