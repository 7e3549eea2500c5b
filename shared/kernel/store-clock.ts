/**
 * The store's clock between two answers of it: what it said last, and the time that has passed here since, on a clock that nobody
 * sets. So no host's wrong time gets into an order, and no question is asked for the time alone.
 */
export function createStoreClock(monotonic: () => number) {
  let ahead: number | undefined;
  return {
    /** False until the store was observed once. */
    get isSet(): boolean {
      return ahead !== undefined;
    },
    /** Ms since the epoch. */
    now: (): number => Math.round(monotonic() + (ahead ?? 0)),
    observe(storeNow: number): void {
      ahead = storeNow - monotonic();
    },
  };
}
