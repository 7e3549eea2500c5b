import { codeOf } from './fingerprints.ts';
import type { World } from './world.ts';

/** One process of a run: it lives from port call to port call, and may die between any two of them. */
export class SimulatedProcess {
  readonly service: string;
  /** `kitchen-service#2` */
  readonly name: string;
  readonly startedAt: number;
  alive = true;
  readonly #world: World;
  readonly #onDeath = new Set<() => void>();
  /** Point -> code of this process's step there. */
  readonly #codes = new Map<string, number>();

  constructor(world: World, service: string, replica: number) {
    this.#world = world;
    this.service = service;
    this.name = `${service}#${replica}`;
    this.startedAt = world.timeline.now();
  }

  /**
   * Resolves after so many ms, in the process's turn; never when it is dead by then, or dies right there. So whatever the
   * process was about to do is not done, and nothing of it runs on.
   */
  step(point: string, orderId: string | undefined, ms = this.#world.latency()): Promise<void> {
    return new Promise((resolve) => {
      this.#world.timeline.after(ms, () => {
        if (this.passes(point, orderId)) resolve();
      });
    });
  }

  /** Is it alive at this point, and goes on? It may die right there. */
  passes(point: string, orderId: string | undefined): boolean {
    const world = this.#world;
    if (!this.alive) return false;
    world.steps += 1;
    if (orderId !== undefined) world.fingerprints.note(orderId, this.#codeOf(point));
    if (world.trace) world.trace(orderId, `${this.name} ${point}`);
    if (world.happens('kill', orderId)) this.die(point);
    return this.alive;
  }

  /**
   * The way of an answer back: mostly it takes no time, since no one else sees when it arrives; now and then it does, so
   * that what this process does at once comes in another order.
   */
  answered(point: string, orderId: string | undefined): Promise<void> | undefined {
    if (this.#world.answersSlowly()) return this.step(point, orderId);
    return this.passes(point, orderId) ? undefined : new Promise(() => undefined);
  }

  #codeOf(point: string): number {
    const code = this.#codes.get(point) ?? codeOf(`${this.name} ${point}`);
    this.#codes.set(point, code);
    return code;
  }

  /** A wait of the process's own: nothing is called, and it is not interrupted but by its death. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#world.timeline.after(ms, () => {
        if (this.alive) resolve();
      });
    });
  }

  die(point: string): void {
    if (!this.alive) return;
    this.alive = false;
    const where = `${this.service} ${point}`;
    this.#world.crashPoints.set(where, (this.#world.crashPoints.get(where) ?? 0) + 1);
    for (const told of [...this.#onDeath]) told();
    this.#onDeath.clear();
  }

  /** Calls back at its death, unless the returned function is called before. */
  whenDead(tell: () => void): () => void {
    this.#onDeath.add(tell);
    return () => this.#onDeath.delete(tell);
  }
}
