/**
 * Runs what is given to it within one turn of the event loop together, in its order, at the end of that turn. The client
 * writes to the broker as soon as the code that publishes ends: for requests that came at once, each event would be a
 * write, and a wake-up of the broker, of its own.
 */
export function createEndOfTurn(): (task: () => void) => void {
  let tasks: (() => void)[] = [];
  const run = (): void => {
    const gathered = tasks;
    tasks = [];
    for (const task of gathered) task();
  };
  return (task) => {
    if (tasks.push(task) === 1) setImmediate(run);
  };
}
