export type Gathering = ReturnType<typeof createGathering>;

/** Batches what is added within one turn of the event loop, or within so many ms: one write to the socket for all. */
export function createGathering(withinMs = 0) {
  let tasks: (() => void)[] = [];
  const flush = (): void => {
    const gathered = tasks;
    tasks = [];
    for (const task of gathered) task();
  };
  return {
    /** Runs the task soon, together with others, in the order of adding. */
    add(task: () => void): void {
      if (tasks.push(task) > 1) return;
      if (withinMs > 0) setTimeout(flush, withinMs);
      else setImmediate(flush);
    },
    flush,
  };
}
