/**
 * The store's clock between two answers of it: what it said last, and the time that has passed here since, on a clock
 * that nobody sets. So no host's wrong time gets into an order, and no question is asked for the time alone.
 */
export function createStoreClock(monotonic: () => number = () => performance.now()) {
  let ahead: number | undefined;
  return {
    /** Ms since the epoch; undefined until the store was heard once. */
    now: (): number | undefined => (ahead === undefined ? undefined : Math.round(monotonic() + ahead)),
    heard(storeNow: number): void {
      ahead = storeNow - monotonic();
    },
  };
}
