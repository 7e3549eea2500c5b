import type { Integers } from '../store.ts';
import { type Kept, keptAt } from './kept.ts';
import type { Projection } from './projection.ts';

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
