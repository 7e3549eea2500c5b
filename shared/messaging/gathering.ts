export interface Gathering {
  /** Runs the task soon, together with what else is added by then, in the order of adding. */
  add(task: () => void): void;
  /** Runs at once what was gathered. */
  flush(): void;
}

/**
 * Runs together what is given to it within one turn of the event loop, at the end of that turn, or within so many ms. The
 * client writes to the broker as soon as the code that publishes ends: for what comes at once or shortly after, each message
 * would be a write, and a wake-up of the broker, of its own.
 */
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
