import {
  type DurablePromise,
  RestatePromise,
  TerminalError,
  TimeoutError,
  type WorkflowContext,
  type WorkflowSharedContext,
  workflow,
} from '@restatedev/restate-sdk';
import type { Flow, Requirement } from '#shared/contracts/flow.ts';
import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import { Terminal } from '#shared/messaging/faults.ts';
import { commands, PREPARE } from '../contract.ts';

/** What a workflow needs of the world outside. Restate repeats a call of which it does not know the result. */
export interface World {
  readonly flow: Flow;
  /** ms */
  readonly orderTimeout: number;
  /** How long an ended workflow still answers. ms */
  readonly retainMs: number;
  /** Publishes under an id that follows from type and data. */
  readonly publish: (orderId: string, type: string, cause: RecordedEvent, data: Data) => Promise<void>;
  /** @throws Error while the answers that the stream holds are not all handed over */
  readonly assertCaughtUp: () => Promise<void>;
}

type Data = Readonly<Record<string, unknown>>;

/** The fulfilment of a requirement that counts. */
interface Answer {
  readonly requirement: Requirement;
  readonly event: RecordedEvent;
}

/** Why an order is cancelled, and by which event. */
interface Refusal {
  readonly cause: RecordedEvent;
  readonly reason: string;
}

interface Decision {
  readonly answers: readonly Answer[];
  readonly refusal?: Refusal | undefined;
}

/** Promises of a workflow: one by the name of each requirement, kept by the first fulfilment, and these. */
const REFUSAL = 'refusal';
const KITCHEN = 'kitchen';
const UNDO_BECAUSE = 'undo-because';

/** One workflow per order, keyed by its id. The saga is `run`, from top to bottom; `answered` takes what the domains say. */
export const orderWorkflow = (world: World) =>
  workflow({
    name: 'order',
    handlers: {
      run: (ctx: WorkflowContext, created: RecordedEvent) => run(world, ctx, created),
      answered: (ctx: WorkflowSharedContext, event: RecordedEvent) => answered(world, ctx, event),
    },
    options: {
      workflowRetention: world.retainMs,
      idempotencyRetention: world.retainMs,
      // An order that waits longer takes no slot and no memory meanwhile.
      inactivityTimeout: 1_000,
      // Never given up: by default it is paused after 70 attempts.
      retryPolicy: { initialInterval: 50, maxInterval: 2_000, maxAttempts: 1_000_000 },
      asTerminalError: (error) =>
        error instanceof Terminal || error instanceof TypeError ? new TerminalError(error.message) : undefined,
    },
  });

async function run(world: World, ctx: WorkflowContext, created: RecordedEvent): Promise<string> {
  const { flow, publish } = world;
  const { requirements, outcomes } = flow;
  const say = (type: string, cause: RecordedEvent, data: Data) =>
    ctx.run(type, () => publish(ctx.key, type, cause, { orderId: ctx.key, ...data }));

  await RestatePromise.all(
    Object.entries(commands).map(([type, fields]) => say(type, created, picked(created.data, fields))),
  );
  const { answers, refusal } = await decision(world, ctx, created);
  if (!refusal && answers.length === requirements.length) {
    const ids = answers.map(({ requirement: { businessId }, event }) => [businessId, event.data[businessId]]);
    await say(PREPARE, lastOf(answers), Object.fromEntries(ids));
    await ctx.promise(KITCHEN).get();
    return outcomes.ready;
  }

  if (refusal) await say(outcomes.cancelled, refusal.cause, { reason: refusal.reason });
  else await say(outcomes.timeout, created, missingBeside(answers, requirements));
  const reason = refusal ? 'order-cancelled' : 'order-timeout';
  // From here on, what is fulfilled late is undone as it arrives.
  await ctx.promise<string>(UNDO_BECAUSE).resolve(reason);
  for (const answer of await answersOf(flow, ctx)) await undo(world, ctx, answer, reason);
  return refusal ? outcomes.cancelled : outcomes.timeout;
}

/** Waits for all fulfilments, for the first refusal, or until the deadline. */
async function decision({ flow, ...world }: World, ctx: WorkflowContext, created: RecordedEvent): Promise<Decision> {
  const fulfilled = flow.requirements.map((requirement) =>
    ctx
      .promise<RecordedEvent>(requirement.name)
      .get()
      .map((event) => ({ requirement, event: event as RecordedEvent })),
  );
  const all = RestatePromise.all(fulfilled).map((answers = []): Decision => ({ answers }));
  const first = ctx
    .promise<Refusal>(REFUSAL)
    .get()
    .map((refusal): Decision => ({ answers: [], refusal }));
  const left = created.storedAt + world.orderTimeout - (await ctx.date.now());
  try {
    return await RestatePromise.race([all, first]).orTimeout(Math.max(0, left));
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  }
  // An outage of this service does not become a timeout of every order: their answers may be waiting.
  await ctx.run('catch up', world.assertCaughtUp);
  return { answers: await answersOf(flow, ctx), refusal: await ctx.promise<Refusal>(REFUSAL).peek() };
}

/** What a domain says of the order, also after its end: a late and a second fulfilment are undone. */
async function answered(world: World, ctx: WorkflowSharedContext, event: RecordedEvent): Promise<string> {
  const { requirements, outcomes } = world.flow;
  const { type, data } = event;
  if (type === outcomes.ready) return keep(ctx.promise<RecordedEvent>(KITCHEN), event).then(() => 'ok');
  const requirement = requirements.find((r) => [r.fulfilled, r.rejected, r.withdrawn].includes(type));
  if (!requirement) throw new TerminalError(`${type} answers no command`);
  const { name, businessId, fulfilled, rejected } = requirement;
  const promise = ctx.promise<RecordedEvent>(name);
  if (type === fulfilled) {
    const counting = await keep(promise, event);
    const isConflict = counting.data[businessId] !== data[businessId];
    const reason = isConflict ? 'conflict' : await ctx.promise<string>(UNDO_BECAUSE).peek();
    if (reason) await undo(world, ctx, { requirement, event: isConflict ? event : counting }, reason);
    return isConflict ? 'conflict' : reason ? 'late' : 'ok';
  }
  const isRefusal = type === rejected || (await promise.peek())?.data[businessId] === data[businessId];
  const reason = `${type.replaceAll('.', '-')}: ${type === rejected ? data.reason : 'ran-out-before-ready'}`;
  if (isRefusal) await keep<Refusal>(ctx.promise(REFUSAL), { cause: event, reason });
  return 'ok';
}

const undo = (
  { publish }: World,
  ctx: WorkflowSharedContext,
  { requirement: { compensation, businessId }, event }: Answer,
  reason: string,
) => {
  const data = { orderId: ctx.key, [businessId]: event.data[businessId], reason };
  return ctx.run(compensation, () => publish(ctx.key, compensation, event, data));
};

/** Keeps a promise unless it is kept already; resolves with what it is kept by. */
async function keep<T>(promise: DurablePromise<T>, value: T): Promise<T> {
  try {
    await promise.resolve(value);
    return value;
  } catch (error) {
    const isKept = error instanceof TerminalError && error.code === 409;
    if (!isKept) throw error;
    return promise.get();
  }
}

/** The fulfilments that are known now. */
async function answersOf({ requirements }: Flow, ctx: WorkflowSharedContext): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const requirement of requirements) {
    const event = await ctx.promise<RecordedEvent>(requirement.name).peek();
    if (event) answers.push({ requirement, event });
  }
  return answers;
}

function missingBeside(answers: readonly Answer[], requirements: readonly Requirement[]): Data {
  const receivedEvents = answers.map(({ requirement }) => requirement.fulfilled);
  const missingEvents = requirements.map(({ fulfilled }) => fulfilled).filter((type) => !receivedEvents.includes(type));
  return { receivedEvents, missingEvents, reason: 'not-all-events-received' };
}

const picked = (data: Data, fields: readonly string[]): Data =>
  Object.fromEntries(fields.map((field) => [field, data[field]]));

/** The one that the stream stored last. */
const lastOf = (answers: readonly Answer[]): RecordedEvent =>
  answers.map(({ event }) => event).reduce((a, b) => ((a.sequence ?? 0) > (b.sequence ?? 0) ? a : b));
