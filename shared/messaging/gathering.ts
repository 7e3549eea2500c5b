export interface Gathering {
  /** Runs the task soon, together with others, in the order of adding. */
  add(task: () => void): void;
  flush(): void;
}

/** Batches what is added within one turn of the event loop, or within so many ms: one write to the socket for all. */
export function createGathering(withinMs = 0): Gathering {
  let tasks: (() => void)[] = [];
  const flush = (): void => {
    const gathered = tasks;
    tasks = [];
    for (const task of gathered) task();
  };
  return {
    add(task) {
      if (tasks.push(task) > 1) return;
      if (withinMs > 0) setTimeout(flush, withinMs);
      else setImmediate(flush);
    },
    flush,
  };
}
