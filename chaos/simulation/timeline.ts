interface Task {
  readonly at: number;
  /** Tasks of one time run in the order in which they were planned. */
  readonly serial: number;
  run: (() => void) | undefined;
}

/** Virtual time: it passes only by running the next task. */
export class Timeline {
  /** A binary heap: each task is earlier than the two at 2n+1 and 2n+2. */
  readonly #heap: Task[] = [];
  #now: number;
  #serial = 0;

  /** `start`: ms since the epoch. */
  constructor(start = Date.parse('2026-01-13T10:00:00Z')) {
    this.#now = start;
  }

  /** Ms since the epoch, whole as every clock's. */
  readonly now = (): number => Math.floor(this.#now);

  /** Plans a task so many ms from now; returns what cancels it. */
  readonly after = (ms: number, run: () => void): (() => void) => {
    const task: Task = { at: this.#now + Math.max(0, ms), serial: this.#serial++, run };
    this.#push(task);
    return () => {
      task.run = undefined;
    };
  };

  /** Runs the earliest task. What follows from it by promises is done only after the caller has let microtasks run. */
  next(): void {
    for (let task = this.#pop(); task; task = this.#pop()) {
      if (!task.run) continue;
      this.#now = task.at;
      task.run();
      return;
    }
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let at = heap.push(task) - 1;
    for (; at > 0; ) {
      const above = (at - 1) >> 1;
      const other = heap[above] as Task;
      if (isBefore(other, task)) break;
      heap[at] = other;
      at = above;
    }
    heap[at] = task;
  }

  #pop(): Task | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || first === last) return first;
    let at = 0;
    for (let below = 1; below < heap.length; below = 2 * at + 1) {
      const right = heap[below + 1];
      if (right && isBefore(right, heap[below] as Task)) below += 1;
      const child = heap[below] as Task;
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

const isBefore = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.serial < b.serial);
