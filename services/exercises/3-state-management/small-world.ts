import { isDeepStrictEqual } from 'node:util';
import { contractOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Kitchen, OrderState, Ports } from './kitchen.ts';
import { Process } from './process.ts';
import type { Call, Story, Wait } from './stories.ts';

export type StartKitchen = (ports: Ports) => Kitchen;

export interface Published {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Told {
  /** Distinct events, by id. */
  readonly published: readonly Published[];
  readonly timeline: readonly string[];
  /** A process had fewer steps than it was to do before something happened: that is another story. */
  readonly isRepeat: boolean;
}

/** The order that all stories are about. */
const orderId = '12345';
const BEGIN = Date.parse('2026-01-13T10:00:00Z');
const SCHEDULE_MINUTES = 5;
/** A delivery that rejects is repeated. */
const MAX_TRIES = 5;

interface Member {
  readonly process: Process;
  readonly kitchen: Kitchen;
}

/** Two processes, one table and one order, step by step as a story says. */
class SmallWorld {
  readonly published: Published[] = [];
  readonly timeline: string[] = [];
  isRepeat = false;
  readonly #start: StartKitchen;
  readonly #items = new Map<string, OrderState>();
  readonly #members: Record<1 | 2, Member>;
  #minutes = 0;
  /** Writes and publishes so far. */
  #effects = 0;

  constructor(start: StartKitchen) {
    this.#start = start;
    this.#members = { 1: this.#open(1), 2: this.#open(2) };
  }

  async call(call: Call): Promise<void> {
    const { on, event, diesAfter, meanwhile } = call;
    const member = this.#members[on];
    const { process } = member;
    this.#say(process, event ? `receives ${event}` : 'is called by the schedule');
    const stopped = process.begin(call);
    const task = this.#run(member, event);
    await Promise.race([task, stopped]);
    if (!process.gotSoFar) this.isRepeat = true;
    if (diesAfter !== undefined) return this.#die(on, event);
    if (meanwhile) {
      this.#say(process, 'is paused');
      await this.call(meanwhile);
      this.#say(process, 'goes on');
    }
    process.resume();
    await task;
  }

  /** The schedule calls the processes in turn. */
  async wait({ minutes, unscheduled }: Wait): Promise<void> {
    const until = this.#minutes + minutes;
    while (this.#minutes < until) {
      this.#minutes += 1;
      if (unscheduled || this.#minutes % SCHEDULE_MINUTES > 0) continue;
      const [effects, lines] = [this.#effects, this.timeline.length];
      await this.call({ on: this.#minutes % (2 * SCHEDULE_MINUTES) === 0 ? 2 : 1 });
      // Nothing happened: nothing to tell.
      if (effects === this.#effects) this.timeline.length = lines;
    }
  }

  end(): void {
    this.timeline.push(`${this.#clock} nothing more happens`);
  }

  async #run({ process, kitchen }: Member, event?: string): Promise<void> {
    for (let tries = 1; ; tries += 1)
      try {
        if (event === undefined) return await kitchen.onSchedule();
        const { example } = contractOf(pizzaFlow, event);
        return await kitchen.handleEvent({ type: event, data: { ...example, orderId } });
      } catch (error) {
        this.#say(process, `throws: ${(error as Error)?.message ?? error}`);
        if (tries === MAX_TRIES) throw error;
      }
  }

  /** Its memory is gone with it. What it did not acknowledge is delivered again. */
  async #die(on: 1 | 2, event?: string): Promise<void> {
    this.#say(this.#members[on].process, 'dies, and starts anew');
    this.#members[on] = this.#open(on);
    if (event !== undefined) await this.call({ on: on === 1 ? 2 : 1, event });
  }

  #open(on: 1 | 2): Member {
    const process = new Process(`kitchen ${on}`);
    return { process, kitchen: this.#start(this.#portsOf(process)) };
  }

  #portsOf(process: Process): Ports {
    const items = this.#items;
    const step = <T>(execute: () => T) => process.step(execute, (what) => this.#say(process, what));
    return {
      table: {
        get: (id) =>
          step(() => {
            const item = items.get(id);
            this.#say(process, `gets ${describe(item)}`);
            return structuredClone(item) ?? null;
          }),
        put: (item, seen) => step(() => this.#put(process, item, seen)),
        scan: (matches) =>
          step(() => {
            const found = structuredClone([...items.values()].filter(matches));
            this.#say(process, `scans, and finds ${found.map(describe).join('; ') || 'nothing'}`);
            return found;
          }),
      },
      emitEvent: ({ type, data }, id) => step(() => this.#publish(process, type, data, id)),
      now: () => BEGIN + this.#minutes * 60_000,
    };
  }

  #put(process: Process, item: OrderState, seen?: OrderState | null): boolean {
    const isRefused = seen !== undefined && !isDeepStrictEqual(this.#items.get(item.orderId) ?? null, seen);
    this.#say(process, isRefused ? 'is refused to put: another one wrote meanwhile' : `puts ${describe(item)}`);
    if (isRefused) return false;
    this.#effects += 1;
    this.#items.set(item.orderId, structuredClone(item));
    return true;
  }

  #publish(process: Process, type: string, data: Published['data'], named?: string): void {
    const id = named ?? `${type}-${this.published.length + 1}`;
    const isKnown = this.published.some((one) => one.id === id);
    this.#say(process, `publishes ${type}${isKnown ? ' under the same id: it is there already' : ''}`);
    this.#effects += 1;
    if (!isKnown) this.published.push({ id, type, data });
  }

  #say({ name }: Process, what: string): void {
    this.timeline.push(`${this.#clock} ${name} ${what}`);
  }

  get #clock(): string {
    return `${String(this.#minutes).padStart(2)} min `;
  }
}

function describe(item: OrderState | undefined): string {
  if (!item) return 'nothing';
  return `${Object.keys(item.events).join(' + ') || 'no event'}, ${item.status}`;
}

export async function tell(start: StartKitchen, story: Story): Promise<Told> {
  const world = new SmallWorld(start);
  for (const next of story) await ('minutes' in next ? world.wait(next) : world.call(next));
  world.end();
  return world;
}
