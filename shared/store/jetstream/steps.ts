import { randomUUID } from 'node:crypto';
import { Unavailable } from '#shared/messaging/faults.ts';
import { SubjectTaken } from '#shared/messaging/publisher.ts';
import { type Integers, NotWhole } from '../store.ts';
import { type Kept, keptAt } from './kept.ts';
import type { Log, Write } from './log.ts';
import type { Projection } from './projection.ts';

/** What a step answers, once what it writes is stored and nobody was first. */
export interface Decision<Answer> {
  readonly answer: Answer;
  readonly write?: Write | undefined;
}

/** Decides on a reading of the log. It may be asked again, on a later one. */
export type Decide<Answer> = (reading: Reading) => Decision<Answer>;

/** All that is stored, and what steps before this one are about to append. */
export class Reading {
  readonly projection: Projection;
  readonly now: number;
  readonly #kept = new Map<string, Kept>();
  readonly pools: Map<string, number>;

  constructor(projection: Projection, now: number) {
    this.projection = projection;
    this.now = now;
    this.pools = new Map(projection.pools);
  }

  kept(id: string): Kept {
    return keptAt(this.#kept.get(id) ?? this.projection.kept(id), this.now);
  }

  keep(id: string, kept: Kept, pools: Integers): void {
    this.#kept.set(id, kept);
    for (const [pool, by] of Object.entries(pools)) this.pools.set(pool, (this.pools.get(pool) ?? 0) + by);
  }
}

interface Step {
  readonly decide: Decide<unknown>;
  /** Of the document that it changes. Undefined: it shares a reading with no other step. */
  readonly id: string | undefined;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (fault: unknown) => void;
  tries: number;
}

interface Decided extends Decision<unknown> {
  readonly step: Step;
}

/** Optimistic-lock retries before the log is read again from its beginning. */
const MAX_TRIES = 100;

/**
 * Steps in the order in which they are asked for. All that wait are decided on one reading, and appended at once; what somebody
 * else was faster with is decided again. An append expects the last sequence under its key. A guarded one expects that nothing
 * at all was stored since the reading but the appends before it: the first expects the sequence of the reading, and each
 * other one the id of the one before it.
 */
export function createSteps(log: Log) {
  const queue: Step[] = [];
  let isRunning = false;

  async function run(): Promise<void> {
    isRunning = true;
    while (queue.length > 0) {
      const projection = await log.catchUp().catch((fault: unknown) => refuse(queue.splice(0), fault));
      if (!projection) continue;
      const decided = decideAll(new Reading(projection, log.now()));
      await perform(decided, projection).catch((fault: unknown) =>
        refuse(
          decided.map(({ step }) => step),
          fault,
        ),
      );
    }
    isRunning = false;
  }

  function decideAll(reading: Reading): Decided[] {
    const decided: Decided[] = [];
    const changed = new Set<string>();
    for (let step = queue[0]; step; step = queue[0]) {
      const isAlone = decided[0] && (decided[0].step.id === undefined || step.id === undefined);
      if (isAlone || changed.has(step.id ?? '')) break;
      queue.shift();
      try {
        const decision = step.decide(reading);
        decided.push({ ...decision, step });
        if (decision.write && step.id !== undefined) changed.add(step.id);
      } catch (fault) {
        step.reject(fault);
      }
    }
    return decided;
  }

  async function perform(decided: readonly Decided[], { sequence, sequences }: Projection): Promise<void> {
    const writes = decided.flatMap(({ write }) => write ?? []);
    const guards = guardsOf(writes, sequence);
    const appended = await Promise.allSettled(
      writes.map((write, index) => log.append(write, sequences.get(write.key) ?? 0, guards[index] ?? {})),
    );
    const outcomes = new Map(writes.map((write, index) => [write, appended[index]]));
    await log.reached(Math.max(0, ...appended.map((one) => (one.status === 'fulfilled' ? one.value : 0))));
    const isBeaten = appended.some(isTaken);
    const again: Step[] = [];
    for (const { step, answer, write } of decided) {
      const outcome = write && outcomes.get(write);
      if (outcome ? isTaken(outcome) : isBeaten) again.push(step);
      else if (outcome?.status === 'rejected') step.reject(outcome.reason);
      else if (write && write.message.life !== log.projection.life) step.reject(new NotWhole('in another epoch'));
      else step.resolve(answer);
    }
    queue.unshift(...again.filter(mayTryAgain));
  }

  function mayTryAgain(step: Step): boolean {
    step.tries += 1;
    if (step.tries < MAX_TRIES) return true;
    log.readAgain();
    const cause = new Error(`others were faster ${MAX_TRIES} times`);
    step.reject(new Unavailable('store', { cause }));
    return false;
  }

  return function perform<Answer>(decide: Decide<Answer>, id?: string): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    queue.push({ decide, id, resolve: resolve as Step['resolve'], reject, tries: 0 });
    if (!isRunning) void run();
    return promise;
  };
}

const isTaken = (outcome: PromiseSettledResult<number> | undefined): boolean =>
  outcome?.status === 'rejected' && outcome.reason instanceof SubjectTaken;

function refuse(steps: readonly Step[], fault: unknown): void {
  for (const { reject } of steps) reject(fault);
}

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
