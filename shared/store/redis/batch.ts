interface Batch<Call, Reply> {
  readonly calls: Call[];
  readonly replies: Promise<readonly Reply[]>;
}

/**
 * Gathers the calls of one turn of the event loop, and runs up to `cap` of them as one. `run` resolves with a reply per call, in
 * their order; when it rejects, each of its callers is told so.
 */
export function createBatch<Call, Reply>(
  run: (calls: readonly Call[]) => Promise<readonly Reply[]>,
  cap: number,
): (call: Call) => Promise<Reply> {
  let open: Batch<Call, Reply> | undefined;

  function begin(): Batch<Call, Reply> {
    const calls: Call[] = [];
    const replies = new Promise<readonly Reply[]>((resolve) => {
      setImmediate(() => {
        if (open?.calls === calls) open = undefined;
        resolve(run(calls));
      });
    });
    return { calls, replies };
  }

  return async function enqueue(call) {
    if (!open || open.calls.length >= cap) open = begin();
    const { calls, replies } = open;
    const index = calls.push(call) - 1;
    return (await replies)[index] as Reply;
  };
}
