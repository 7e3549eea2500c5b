import {
  type DurablePromise,
  RestatePromise,
  TerminalError,
  TimeoutError,
  type WorkflowContext,
  type WorkflowSharedContext,
  workflow,
} from '@restatedev/restate-sdk';
import type { Flow } from '#shared/contracts/flow.ts';
import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import { Terminal } from '#shared/messaging/faults.ts';
import { commands, PREPARE } from '../contract.ts';

type Data = Readonly<Record<string, unknown>>;

/** What a workflow needs of the world outside. Restate repeats a call whose result it did not get to know. */
export interface World {
  readonly flow: Flow;
  /** ms */
  readonly orderTimeout: number;
  /** How long an ended workflow still takes answers. ms */
  readonly retainMs: number;
  /** Publishes under an id that follows from type and data. */
  readonly publish: (orderId: string, type: string, cause: RecordedEvent, data: Data) => Promise<void>;
  /** @throws Error while the stream holds answers that are not handed over */
  readonly assertCaughtUp: () => Promise<void>;
}

/** Why an order is cancelled, and by which event. */
interface Refusal {
  readonly cause: RecordedEvent;
  readonly reason: string;
}

/** A workflow's promises: one by the name of each requirement, kept by the first fulfilment, and these. */
const REFUSAL = 'refusal';
const KITCHEN = 'kitchen';
const UNDO_BECAUSE = 'undo-because';

/** One workflow per order, keyed by its id. `run` is the saga, from top to bottom; `answered` takes what the domains say. */
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
      // Practically for ever: by default a workflow is paused after 70 attempts.
      retryPolicy: { initialInterval: 50, maxInterval: 2_000, maxAttempts: 1_000_000 },
      asTerminalError: (error) =>
        error instanceof Terminal || error instanceof TypeError ? new TerminalError(error.message) : undefined,
    },
  });

async function run(world: World, ctx: WorkflowContext, created: RecordedEvent): Promise<string> {
  const { requirements, outcomes } = world.flow;
  const given = Object.entries(commands).map(([type, fields]) =>
    say(world, ctx, type, created, Object.fromEntries(fields.map((field) => [field, created.data[field]]))),
  );
  await RestatePromise.all(given);

  const { answers, refusal } = await decision(world, ctx, created);
  if (!refusal && answers.length === requirements.length) {
    const last = answers.reduce((a, b) => ((a.sequence ?? 0) > (b.sequence ?? 0) ? a : b));
    await say(world, ctx, PREPARE, last, Object.assign({}, ...answers.map((event) => businessIdIn(world.flow, event))));
    await ctx.promise(KITCHEN).get();
    return outcomes.ready;
  }

  if (refusal) await say(world, ctx, outcomes.cancelled, refusal.cause, { reason: refusal.reason });
  else await say(world, ctx, outcomes.timeout, created, missingBeside(world.flow, answers));
  const reason = refusal ? 'order-cancelled' : 'order-timeout';
  // From here on, what is fulfilled late is undone as it arrives.
  await ctx.promise<string>(UNDO_BECAUSE).resolve(reason);
  for (const event of await answersOf(world.flow, ctx)) await undo(world, ctx, event, reason);
  return refusal ? outcomes.cancelled : outcomes.timeout;
}

/** Waits for all fulfilments, for the first refusal, or until the deadline. */
async function decision({ flow, ...world }: World, ctx: WorkflowContext, created: RecordedEvent) {
  const all = RestatePromise.all(flow.requirements.map(({ name }) => ctx.promise<RecordedEvent>(name).get()));
  const first = ctx.promise<Refusal>(REFUSAL).get();
  const left = created.storedAt + world.orderTimeout - (await ctx.date.now());
  try {
    const decided = await RestatePromise.race([all, first]).orTimeout(Math.max(0, left));
    return Array.isArray(decided) ? { answers: decided } : { answers: [], refusal: decided };
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
  const promise = ctx.promise<RecordedEvent>(requirement.name);
  const isOf = (counting: RecordedEvent | undefined) =>
    counting?.data[requirement.businessId] === data[requirement.businessId];
  if (type === requirement.fulfilled) {
    const counting = await keep(promise, event);
    const reason = isOf(counting) ? await ctx.promise<string>(UNDO_BECAUSE).peek() : 'conflict';
    if (reason) await undo(world, ctx, isOf(counting) ? counting : event, reason);
    return isOf(counting) && reason ? 'late' : (reason ?? 'ok');
  }
  const why = type === requirement.rejected ? data.reason : 'ran-out-before-ready';
  const isRefusal = type === requirement.rejected || isOf(await promise.peek());
  if (isRefusal)
    await keep(ctx.promise<Refusal>(REFUSAL), { cause: event, reason: `${type.replace('.', '-')}: ${why}` });
  return 'ok';
}

const say = ({ publish }: World, ctx: WorkflowSharedContext, type: string, cause: RecordedEvent, data: Data) =>
  ctx.run(type, () => publish(ctx.key, type, cause, { orderId: ctx.key, ...data }));

function undo(world: World, ctx: WorkflowSharedContext, event: RecordedEvent, reason: string) {
  const { compensation = '' } = world.flow.requirements.find(({ fulfilled }) => fulfilled === event.type) ?? {};
  return say(world, ctx, compensation, event, { ...businessIdIn(world.flow, event), reason });
}

const businessIdIn = ({ requirements }: Flow, { type, data }: RecordedEvent): Data => {
  const { businessId = '' } = requirements.find(({ fulfilled }) => fulfilled === type) ?? {};
  return { [businessId]: data[businessId] };
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
async function answersOf({ requirements }: Flow, ctx: WorkflowSharedContext): Promise<RecordedEvent[]> {
  const answers = [];
  for (const { name } of requirements) answers.push(await ctx.promise<RecordedEvent>(name).peek());
  return answers.filter((event) => event !== undefined);
}

function missingBeside({ requirements }: Flow, answers: readonly RecordedEvent[]): Data {
  const receivedEvents = answers.map(({ type }) => type);
  const missingEvents = requirements.map(({ fulfilled }) => fulfilled).filter((type) => !receivedEvents.includes(type));
  return { receivedEvents, missingEvents, reason: 'not-all-events-received' };
}
