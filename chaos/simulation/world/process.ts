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
   * Resolves after so many ms; never when the process is dead by then, or dies at this point. So whatever the process was
   * about to do is not done.
   */
  step(point: string, orderId: string | undefined, ms = this.#world.latency()): Promise<void> {
    return this.#after(ms, () => this.passes(point, orderId));
  }

  /** A wait of the process itself; never resolves when it dies meanwhile. */
  wait(ms: number): Promise<void> {
    return this.#after(ms, () => this.alive);
  }

  #after(ms: number, isAlive: () => boolean): Promise<void> {
    return new Promise((resolve) => void this.#world.timeline.after(ms, () => isAlive() && resolve()));
  }

  /** Whether it is alive after this point: it may die there. */
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
   * An answer arrives: mostly without latency, since no other process sees when; sometimes with latency, so that what
   * this process does concurrently is reordered.
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

  die(point: string): void {
    if (!this.alive) return;
    this.alive = false;
    const where = `${this.service} ${point}`;
    this.#world.crashPoints.set(where, (this.#world.crashPoints.get(where) ?? 0) + 1);
    for (const listener of [...this.#onDeath]) listener();
    this.#onDeath.clear();
  }

  /** Calls back at its death, unless the returned function is called before. */
  whenDead(listener: () => void): () => void {
    this.#onDeath.add(listener);
    return () => this.#onDeath.delete(listener);
  }
}
