import { Unavailable } from '#shared/messaging/faults.ts';
import type { Health } from './store.ts';

/** What a store is instead of whole; the cause of an Unavailable. */
export class NotWhole extends Error {
  override readonly name = 'NotWhole';
  readonly is: Health['is'];
  constructor(is: Health['is']) {
    super(`the store is ${is === 'whole' ? 'whole again, in another epoch' : is}`);
    this.is = is;
  }
}

export const notWhole = (is: Health['is']): Unavailable => new Unavailable('store', { cause: new NotWhole(is) });

/** Is it away because its data is not whole, and not because it does not answer? */
export const isNotWhole = (error: unknown): boolean => error instanceof Unavailable && error.cause instanceof NotWhole;
