import type { Call } from './stories.ts';

/** Of one call: more is a loop that does not end. */
const MAX_STEPS = 200;

/** One process of the kitchen. Its steps are the calls of its ports; between two of them it may be stopped. */
export class Process {
  readonly name: string;
  #call: Call | undefined;
  #steps = 0;
  #onStop = (): void => undefined;
  #waiting: (() => void)[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** Resolves when the process dies or is paused. */
  begin(call: Call): Promise<void> {
    this.#call = call;
    this.#steps = 0;
    return new Promise((resolve) => {
      this.#onStop = resolve;
    });
  }

  /** Whether what was to happen during the call could happen: it had so many steps. */
  get gotSoFar(): boolean {
    const { failsAfter } = this.#call ?? {};
    return this.#steps >= (this.#stopsAfter ?? 0) && (failsAfter === undefined || this.#steps > failsAfter);
  }

  get #stopsAfter(): number | undefined {
    return this.#call?.diesAfter ?? this.#call?.pausesAfter;
  }

  resume(): void {
    this.#call = undefined;
    for (const go of this.#waiting) go();
    this.#waiting = [];
  }

  /** `say` is told of a step that fails. */
  async step<T>(execute: () => T, say: (what: string) => void): Promise<T> {
    if (this.#steps === this.#stopsAfter) {
      const resumed = new Promise<void>((resolve) => void this.#waiting.push(resolve));
      this.#onStop();
      await resumed;
    }
    if (this.#steps === MAX_STEPS)
      throw new Error(`more than ${MAX_STEPS} calls of the ports for one event: does \`put\` say false for ever?`);
    const fails = this.#steps === this.#call?.failsAfter;
    this.#steps += 1;
    if (!fails || this.#call?.answerIsLost) {
      const answer = execute();
      if (!fails) return answer;
    }
    say(this.#call?.answerIsLost ? 'gets no answer to that' : 'calls a port in vain: it is away');
    throw new Error('a port gave no answer, and nobody awaited it or caught that');
  }
}
