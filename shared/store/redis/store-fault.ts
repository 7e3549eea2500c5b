import { Unavailable } from '#shared/messaging/faults.ts';

/** The one answer that is about a document: something else is stored under its key. */
const ABOUT_THE_DOCUMENT = /^-?WRONGTYPE\b/;

/**
 * What a script answers for one document of a batch. Whatever else the server says (full, loading, no permission, too many
 * clients, an answer that nobody knows yet) is the server's trouble: work pauses until it passes, and no message is blamed.
 */
export function documentFault(script: string, id: string, answer: string): Error {
  if (!ABOUT_THE_DOCUMENT.test(answer)) return new Unavailable('store', { cause: new Error(answer) });
  return new Error(`the store's script ${script} found foreign data under the key of document ${id}: ${answer}`);
}

export const storeFault = (cause: unknown): Unavailable => new Unavailable('store', { cause });
