import { isDeepStrictEqual } from 'node:util';
import { correlatorOf } from '#shared/contracts/flow.ts';
import { noInstrumentation } from '#shared/kernel/instrumentation.ts';
import { addEnvelope, toWire } from '#shared/messaging/build-event.ts';
import { eventTypeOf } from '#shared/messaging/event-type.ts';
import { runEngine } from '#shared/runtime/run-engine.ts';
import type { Engine, ServicePorts } from '#shared/runtime/service.ts';
import {
  CONSUMED,
  type Correlator,
  type Data,
  type OrderState,
  orderOfKey,
  type Snippet,
  type SnippetPorts,
} from '../snippets/snippet.ts';
import type { SimulatedProcess } from './process.ts';
import { untilDead } from './simulated-bus.ts';
import { SimulatedRedis } from './simulated-redis.ts';
import { storeCalls } from './simulated-store.ts';
import type { World } from './world.ts';

interface Member {
  readonly process: SimulatedProcess;
  readonly correlator: Correlator;
}

/** ORDER_TIMEOUT on the snippets' clock. */
const TIMEOUT_MS = 30 * 60_000;
/** `rate(5 minutes)`, on the snippets' clock. */
const SCHEDULE_MS = 5 * 60_000;
/**
 * "Within a few days of their expiration", of which this takes two, on the snippets' clock:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
const REMOVED_WITHIN_MS = 48 * 3_600_000;
const AGAIN_AFTER_MS = 200;

/** What a snippet runs on, in all processes of a run: Redis, a table of DynamoDB, and what calls its timers. */
export class SimulatedCloud {
  readonly #world: World;
  readonly #snippet: Snippet;
  /** The snippet's time runs so many times faster. */
  readonly #pace: number;
  readonly #startedAt: number;
  readonly #members = new Set<Member>();
  readonly #redis: SimulatedRedis;
  readonly #items = new Map<string, OrderState>();
  #emitted = 0;

  constructor(world: World, snippet: Snippet, orderTimeoutMs: number) {
    const { now } = world.timeline;
    this.#world = world;
    this.#snippet = snippet;
    this.#pace = TIMEOUT_MS / orderTimeoutMs;
    this.#startedAt = now();
    this.#redis = new SimulatedRedis(now);
    world.lostWithStores.push(this.#redis);
    this.#schedule();
  }

  /** Runs the snippet in one process, with the consumer and the failure policy of every service. */
  run(process: SimulatedProcess, host: ServicePorts): Promise<unknown> {
    const { start, consumes = CONSUMED } = this.#snippet;
    const reacts = () => Object.fromEntries(consumes.map((type) => [type, []]));
    const correlator = start(this.#portsOf(process, host));
    const member = { process, correlator };
    this.#members.add(member);
    process.whenDead(() => this.#members.delete(member));
    const engine: Engine = {
      async handle({ type, event }) {
        await correlator.handleEvent({ type, data: event.data as Data });
        return 'ok';
      },
      stop: async () => undefined,
    };
    return runEngine({ name: process.service, reacts }, async () => engine, host, noInstrumentation);
  }

  #portsOf(process: SimulatedProcess, { flow, bus, now }: ServicePorts): SnippetPorts {
    const call = storeCalls(this.#world, process);
    const [redis, items] = [this.#redis, this.#items];
    return {
      redis: {
        hset: (key, field, value) => call(`HSET ${field}`, orderOfKey(key), async () => redis.hset(key, field, value)),
        hgetall: (key) => call('HGETALL', orderOfKey(key), async () => redis.hgetall(key)),
        del: (key) => call('DEL', orderOfKey(key), async () => redis.del(key)),
        expire: (key, seconds) =>
          call('EXPIRE', orderOfKey(key), async () => {
            const ms = this.#real(seconds * 1_000);
            redis.expire(key, ms);
            this.#world.later(ms, async () => redis.deletesExpired(key) && this.#notify(key));
          }),
      },
      table: {
        get: (orderId) => call('Get', orderId, async () => structuredClone(items.get(orderId)) ?? null),
        put: (item, seen) =>
          call(`Put ${Object.keys(item.events).join('+')}`, item.orderId, async () => {
            const isRefused = seen !== undefined && !isDeepStrictEqual(items.get(item.orderId) ?? null, seen);
            if (!isRefused) this.#put(structuredClone(item));
            return !isRefused;
          }),
        scan: (matches) => call('Scan', undefined, async () => structuredClone([...items.values()].filter(matches))),
      },
      emitEvent: async ({ type, data }, id = this.#newId(type, data.orderId)) => {
        this.#world.trace?.(data.orderId, `${process.name} emits ${type}`);
        const envelope = { orderId: data.orderId, source: correlatorOf(flow), now: now() };
        await bus.publish(toWire(flow, addEnvelope(eventTypeOf(flow, type), { id, data }, envelope)));
      },
      now: () => this.#startedAt + Math.round((now() - this.#startedAt) * this.#pace),
    };
  }

  #newId(type: string, orderId: string): string {
    this.#emitted += 1;
    return `${type.replace('.', `-${orderId}-`)}-emitted-${this.#emitted}`;
  }

  /** Of a duration on the snippet's clock. ms */
  #real(ms: number): number {
    return ms / this.#pace;
  }

  #put(item: OrderState): void {
    const { timeline, dice } = this.#world;
    const isNew = !this.#items.has(item.orderId);
    this.#items.set(item.orderId, item);
    // A run lasts until its removals are handled: nobody waits for those that nobody handles.
    if (!isNew || ![...this.#members].some(({ correlator }) => correlator.onRemoved)) return;
    const expiresIn = this.#real(item.ttl * 1_000 - this.#startedAt) - (timeline.now() - this.#startedAt);
    const lag = dice.between(0, this.#real(REMOVED_WITHIN_MS));
    this.#world.later(expiresIn + lag, () => this.#remove(item.orderId));
  }

  async #remove(orderId: string): Promise<void> {
    const item = this.#items.get(orderId);
    this.#items.delete(orderId);
    while (item && !(await this.#call(this.#anyone(), async ({ onRemoved }) => onRemoved?.(item))))
      await new Promise<void>((resolve) => void this.#world.timeline.after(AGAIN_AFTER_MS, resolve));
  }

  #schedule(): void {
    this.#world.timeline.after(this.#real(SCHEDULE_MS), () => {
      void this.#call(this.#anyone(), async ({ onSchedule }) => onSchedule?.());
      this.#schedule();
    });
  }

  /** Pub/Sub: whoever is not connected misses it. https://redis.io/docs/latest/develop/pubsub/keyspace-notifications/ */
  async #notify(key: string): Promise<void> {
    const calls = [...this.#members].map((member) => this.#call(member, async ({ onExpired }) => onExpired?.(key)));
    await Promise.all(calls);
  }

  #anyone(): Member | undefined {
    const [first, ...others] = this.#members;
    return first && this.#world.dice.pick([first, ...others]);
  }

  /** Whether it succeeded; not when the process dies meanwhile, or when there is none. */
  async #call(member: Member | undefined, task: (correlator: Correlator) => Promise<void>): Promise<boolean> {
    let succeeded = false;
    const succeed = () => {
      succeeded = true;
    };
    if (member)
      await untilDead(
        member.process,
        task(member.correlator).then(succeed, () => undefined),
      );
    return succeeded;
  }
}
