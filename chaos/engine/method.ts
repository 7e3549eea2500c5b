import { parseDuration } from '#shared/contracts/duration.ts';
import { realisticMix } from '../../loadtest/orders.ts';
import type { ChangeOrders, Disturbance, Experiment } from '../experiment.ts';
import { type FaultStep, type Injected, injectFault, needsOfFaults } from '../faults/faults.ts';
import type { Needs } from '../target/target.ts';
import { isThat } from './alert-watch.ts';
import type { Timeline } from './timeline.ts';
import type { Watch } from './watch.ts';

export const disturbancesOf = ({ method }: Pick<Experiment, 'method'>): Disturbance[] =>
  method.flatMap((step) => ('pause' in step || 'awaitAlerts' in step ? [] : step));

export const faultsOf = (experiment: Pick<Experiment, 'method'>): FaultStep[] =>
  disturbancesOf(experiment).filter((disturbance) => 'fault' in disturbance);

/** What an experiment's faults and its stack need before anything starts. */
export const needsOf = (experiment: Experiment): Needs => ({
  env: experiment.stack?.env ?? {},
  replicas: experiment.stack?.replicas ?? {},
  ...needsOfFaults(faultsOf(experiment)),
});

/** @throws NotRunnable when this stack cannot be disturbed so */
export async function disturb(disturbance: Disturbance, watch: Watch): Promise<Injected> {
  if ('fault' in disturbance) return injectFault(disturbance, watch);
  if ('orders' in disturbance) return changeOrders(disturbance, watch);
  watch.customers.orderAtOnce(disturbance.burst);
  return { what: `${disturbance.burst} orders at once` };
}

function changeOrders({ orders: { rate, mix } }: ChangeOrders, { customers }: Watch): Injected {
  const undo = customers.change({ ...(rate && { rate }), ...(mix && { mix: { ...realisticMix, ...mix } }) });
  const shares = Object.entries(mix ?? {}).map(([story, share]) => `${share * 100} % ${story}`);
  const changes = [...(rate ? [`${rate} orders/s`] : []), ...shares];
  return { what: `customers: ${changes.join(', ')}`, undo: async () => undo() };
}

/** Takes back what was injected, the last first. A failure goes into the timeline, and the others are still taken back. */
export class Rollback {
  readonly failures: string[] = [];
  readonly #timeline: Timeline;
  readonly #undos = new AsyncDisposableStack();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Without `undo` there is nothing to take back. */
  add(what: string, undo: Injected['undo']): void {
    if (!undo) return;
    this.#undos.defer(async () => {
      try {
        await undo();
        this.#timeline.add('rollback', `taken back: ${what}`);
      } catch (error) {
        const failure = `${what}: ${firstLine(error as Error)}`;
        this.failures.push(failure);
        this.#timeline.add('rollback', `NOT taken back: ${failure}`);
      }
    });
  }

  /** May be called again: each is taken back once. */
  run(): Promise<void> {
    return this.#undos.disposeAsync();
  }
}

/** The lines after it are the end of a log. */
export const firstLine = ({ message }: Error): string => message.split('\n')[0] ?? '';

/** Does step after step; what can be taken back is known to the rollback before the next one. */
export async function applyMethod(
  { method, mustFire = [] }: Pick<Experiment, 'method' | 'mustFire'>,
  watch: Watch,
  rollback: Rollback,
): Promise<void> {
  const { alerts, timeline } = watch;
  const allFire = () => mustFire.every((one) => alerts?.fired.some((alert) => isThat(one, alert)) ?? true);
  for (const step of method) {
    if ('pause' in step) await watch.pause(msOf(step.pause));
    else if ('awaitAlerts' in step) await watch.until(allFire, Date.now() + msOf(step.awaitAlerts));
    else {
      const { what, undo } = await disturb(step, watch);
      timeline.add('fault', what);
      rollback.add(what, undo);
    }
  }
}

/** `30s` in ms. @throws Error for what is no duration */
export function msOf(duration: string): number {
  const ms = parseDuration(duration);
  if (ms === undefined) throw new Error(`"${duration}" is no duration: write it like 500ms, 30s or 2m`);
  return ms;
}
