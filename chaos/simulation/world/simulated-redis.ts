import type { Perishable } from './world.ts';

interface Hash {
  readonly fields: Readonly<Record<string, string>>;
  readonly expiresAt?: number;
}

/** Redis as far as the workshop's snippets use it: hashes that expire. */
export class SimulatedRedis implements Perishable {
  readonly #now: () => number;
  #hashes = new Map<string, Hash>();
  #synced = new Map<string, Hash>();

  constructor(now: () => number) {
    this.#now = now;
  }

  hset(key: string, field: string, value: string): void {
    const { fields = {}, ...rest } = this.#hashes.get(key) ?? {};
    this.#hashes.set(key, { ...rest, fields: { ...fields, [field]: value } });
  }

  hgetall(key: string): Record<string, string> {
    return { ...this.#hashes.get(key)?.fields };
  }

  expire(key: string, ms: number): void {
    const hash = this.#hashes.get(key);
    if (hash) this.#hashes.set(key, { ...hash, expiresAt: this.#now() + ms });
  }

  del(key: string): void {
    this.#hashes.delete(key);
  }

  /** Whether the key expired by now, and was deleted by this call. */
  deletesExpired(key: string): boolean {
    const { expiresAt = Number.POSITIVE_INFINITY } = this.#hashes.get(key) ?? {};
    return expiresAt <= this.#now() && this.#hashes.delete(key);
  }

  wipe(): void {
    this.#hashes.clear();
  }

  sync(): void {
    this.#synced = new Map(this.#hashes);
  }

  restart(): void {
    this.#hashes = new Map(this.#synced);
  }
}
