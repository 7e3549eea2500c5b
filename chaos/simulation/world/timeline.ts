interface Task {
  readonly at: number;
  run: (() => void) | undefined;
}

/** Virtual time: it passes only by running the next task. */
export class Timeline {
  /** The latest first, so that the next one is popped; of tasks at one time the one planned last is first. */
  readonly #tasks: Task[] = [];
  #now = Date.parse('2026-01-13T10:00:00Z');

  /** Ms since the epoch, whole as every clock's. */
  readonly now = (): number => Math.floor(this.#now);

  /** Plans a task so many ms from now; returns what cancels it. */
  readonly after = (ms: number, run: () => void): (() => void) => {
    const task: Task = { at: this.#now + Math.max(0, ms), run };
    this.#tasks.splice(this.#placeOf(task), 0, task);
    return () => {
      task.run = undefined;
    };
  };

  /** Runs the earliest task. What follows from it by promises is done only after the caller has let microtasks run. */
  next(): void {
    for (let task = this.#tasks.pop(); task; task = this.#tasks.pop()) {
      if (!task.run) continue;
      this.#now = task.at;
      task.run();
      return;
    }
  }

  /** Before the first task that is not later, by binary search. */
  #placeOf({ at }: Task): number {
    let [low, high] = [0, this.#tasks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#tasks[middle]?.at ?? 0) > at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
