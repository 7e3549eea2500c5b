interface Batch<Call, Answer> {
  readonly calls: Call[];
  readonly answers: Promise<readonly Answer[]>;
}

/** Gathers calls, at most `cap`, until `run` takes them; resolves with what comes of this one. */
export function createBatches<Call, Answer>(
  run: (take: () => readonly Call[]) => Promise<readonly Answer[]>,
  cap: number,
): (call: Call) => Promise<Answer> {
  let open: Batch<Call, Answer> | undefined;

  function begin(): Batch<Call, Answer> {
    const calls: Call[] = [];
    const close = (): void => {
      if (open === batch) open = undefined;
    };
    const take = (): readonly Call[] => {
      close();
      return calls;
    };
    // A run that fails may not have taken them.
    const batch = { calls, answers: run(take).finally(close) };
    return batch;
  }

  return async function gather(call) {
    if (!open || open.calls.length >= cap) open = begin();
    const index = open.calls.push(call) - 1;
    return (await open.answers)[index] as Answer;
  };
}
