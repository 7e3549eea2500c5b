import { randomUUID } from 'node:crypto';
import { Unavailable } from '#shared/messaging/faults.ts';
import { SubjectTaken } from '#shared/messaging/publisher.ts';
import { NotWhole } from '../store.ts';
import type { Log } from './log.ts';
import type { Write } from './log-connection.ts';
import type { Projection } from './projection.ts';
import { Reading } from './reading.ts';

/** What a step answers, once what it writes is stored and nobody was first. */
export interface Decision<Answer> {
  readonly answer: Answer;
  readonly write?: Write | undefined;
}

/** Decides on a reading of the log. It may be asked again, on a later one. */
export type Decide<Answer> = (reading: Reading) => Decision<Answer>;

interface Step {
  readonly decide: Decide<unknown>;
  /** Of the document that it changes. Undefined: it shares a reading with no other step. */
  readonly id: string | undefined;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (fault: unknown) => void;
  /** On the clock of performance.now(). */
  readonly deadline: number;
}

/** It throws what its `fault` is. */
interface Decided extends Partial<Decision<unknown>> {
  readonly step: Step;
  readonly fault?: unknown;
}

/**
 * Steps in the order in which they are asked for. All that wait are decided on one reading, and appended at once; what somebody
 * else was faster with is decided again. An append expects the last sequence under its key. A guarded one expects that nothing
 * at all was stored since the reading but the appends before it: the first expects the sequence of the reading, and each
 * other one the id of the one before it.
 */
export function createSteps(log: Log, timeoutMs: number) {
  const queue: Step[] = [];
  let isRunning = false;

  async function run(): Promise<void> {
    isRunning = true;
    let isAgain = false;
    while (queue.length > 0) {
      let decided: Decided[] = [];
      try {
        // Whoever was slower decides at once, on what has arrived: the next one is faster otherwise.
        if (isAgain) decided = decideAll(log.projection);
        if (decided.length === 0 || decided.some(({ write }) => !write)) decided = decideAll(await log.catchUp());
        queue.splice(0, decided.length);
        const again = (await perform(decided)).filter(isInTime);
        queue.unshift(...again);
        isAgain = again.length > 0;
      } catch (fault) {
        for (const { reject } of [...decided.map(({ step }) => step), ...queue.splice(0)]) reject(fault);
        isAgain = false;
      }
    }
    isRunning = false;
  }

  /** From the head of the queue, as many as one reading allows. */
  function decideAll(projection: Projection): Decided[] {
    const reading = new Reading(projection, log.now());
    const decided: Decided[] = [];
    const changed = new Set<string>();
    for (const step of queue) {
      const isAlone = decided[0] && (decided[0].step.id === undefined || step.id === undefined);
      if (isAlone || changed.has(step.id ?? '')) break;
      const one = decideOne(step, reading);
      decided.push(one);
      if (one.write && step.id !== undefined) changed.add(step.id);
    }
    return decided;
  }

  /** Resolves with those that have to be decided again. */
  async function perform(decided: readonly Decided[]): Promise<Step[]> {
    const { sequence, sequences } = log.projection;
    const writes = decided.flatMap(({ write }) => write ?? []);
    const guards = guardsOf(writes, sequence);
    const appended = await Promise.allSettled(
      writes.map((write, index) => log.append(write, sequences.get(write.key) ?? 0, guards[index] ?? {})),
    );
    const outcomes = new Map(writes.map((write, index) => [write, appended[index]]));
    const stored = appended.map((one) => (one.status === 'fulfilled' ? one.value : 0));
    // Whoever was faster wrote something that follows. (Behind an append that failed otherwise, a guarded one fails as if beaten.)
    if (isTaken(appended.find(({ status }) => status === 'rejected'))) stored.push(sequence + 1);
    await log.reached(Math.max(0, ...stored));
    // What was not written was decided on appends before it: if one of them failed, it is decided again.
    const isInDoubt = appended.some(({ status }) => status === 'rejected');
    return decided.flatMap(({ step, answer, write, fault }) => {
      const outcome = write && outcomes.get(write);
      if (outcome ? isTaken(outcome) : isInDoubt) return step;
      if (fault !== undefined) step.reject(fault);
      else if (outcome?.status === 'rejected') step.reject(outcome.reason);
      else if (write && write.message.life !== log.projection.life) step.reject(new NotWhole('in another epoch'));
      else step.resolve(answer);
      return [];
    });
  }

  function isInTime({ deadline, reject }: Step): boolean {
    if (performance.now() < deadline) return true;
    reject(new Unavailable('store', { cause: new Error(`others were faster for ${timeoutMs} ms`) }));
    return false;
  }

  return function step<Answer>(decide: Decide<Answer>, id?: string): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const deadline = performance.now() + timeoutMs;
    queue.push({ decide, id, resolve: resolve as Step['resolve'], reject, deadline });
    if (!isRunning) void run();
    return promise;
  };
}

function decideOne(step: Step, reading: Reading): Decided {
  try {
    return { ...step.decide(reading), step };
  } catch (fault) {
    return { fault, step };
  }
}

const isTaken = (outcome: PromiseSettledResult<number> | undefined): boolean =>
  outcome?.status === 'rejected' && outcome.reason instanceof SubjectTaken;

/** Those up to the last that is guarded follow each other without a gap. */
function guardsOf(writes: readonly Write[], sequence: number): Record<string, string>[] {
  const guarded = writes.slice(0, writes.findLastIndex((write) => write.guarded) + 1);
  const ids = guarded.map(() => randomUUID());
  return guarded.map((_, index) => ({
    'Nats-Msg-Id': ids[index] ?? '',
    ...(index === 0
      ? { 'Nats-Expected-Last-Sequence': String(sequence) }
      : { 'Nats-Expected-Last-Msg-Id': ids[index - 1] ?? '' }),
  }));
}
