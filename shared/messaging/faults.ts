/**
 * The faults that a handler may throw. A business refusal is none of them: that is an event. Whatever else is thrown
 * counts as Retryable. What becomes of each is decided in one place, the failure policy.
 */

/** A fault of this message that may pass: tried again after a jittered delay, a bounded number of times. */
export class Retryable extends Error {
  override readonly name = 'Retryable';
}

/** A fault of this message that no repetition mends: dead-lettered at once under `reason` (kebab-case, low-cardinality). */
export class Terminal extends Error {
  override readonly name = 'Terminal';
  readonly reason: string;
  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** A dependency (store, broker, gateway) is away: work pauses until it is back, and no message is blamed. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly dependency: string;
  constructor(dependency: string, options?: ErrorOptions) {
    super(`${dependency} is away`, options);
    this.dependency = dependency;
  }
}
