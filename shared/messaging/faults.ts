/** The faults that a handler may throw; any other exception counts as Retryable. A business refusal is an event. */

/** A transient fault of this message: tried again after a jittered delay, a bounded number of times. */
export class Retryable extends Error {
  override readonly name = 'Retryable';
}

/** A permanent fault of this message: dead-lettered at once under `reason` (kebab-case, low-cardinality). */
export class Terminal extends Error {
  override readonly name = 'Terminal';
  readonly reason: string;
  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** A dependency (store, broker, gateway) is away: work pauses until it is back, and no fault of the message is counted. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly dependency: string;
  constructor(dependency: string, options?: ErrorOptions) {
    super(`${dependency} is away`, options);
    this.dependency = dependency;
  }
}
