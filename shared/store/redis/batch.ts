import { createGathering } from '#shared/messaging/gathering.ts';

interface Waiting<Call, Reply> {
  readonly call: Call;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers the calls of one turn of the event loop, and runs up to `cap` of them as one. `run` resolves with a reply per call, in
 * their order; when it rejects, each of its callers is told so.
 */
export function createBatch<Call, Reply>(
  run: (calls: readonly Call[]) => Promise<readonly Reply[]>,
  cap: number,
): (call: Call) => Promise<Reply> {
  const atEndOfTurn = createGathering();
  let waiting: Waiting<Call, Reply>[] = [];

  function flush(): void {
    const gathered = waiting;
    waiting = [];
    for (let from = 0; from < gathered.length; from += cap) void runTogether(gathered.slice(from, from + cap));
  }

  async function runTogether(together: readonly Waiting<Call, Reply>[]): Promise<void> {
    try {
      const replies = await run(together.map(({ call }) => call));
      for (const [index, { resolve }] of together.entries()) resolve(replies[index] as Reply);
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  }

  return (call) =>
    new Promise((resolve, reject) => {
      if (waiting.push({ call, resolve, reject }) === 1) atEndOfTurn.add(flush);
    });
}
