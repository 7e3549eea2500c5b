import { Unavailable } from '#shared/messaging/faults.ts';

/** Answers of a server that cannot work now but will: starting, busy, full, read-only, not ours to write to. */
const AWAY =
  /^(?:@user_script: ?\d+: )?-?(?:LOADING|BUSY|OOM|MISCONF|READONLY|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|UNKILLABLE|NOAUTH|WRONGPASS)\b/;

/**
 * What a failed script call is: a server that is away or cannot work, whatever the way it shows (Unavailable), or else
 * an error of the script or its arguments, which no waiting mends (Error).
 */
export function storeFault(script: string, error: unknown): Error {
  const isAnswer = error instanceof Error && error.name === 'ReplyError';
  if (!isAnswer || AWAY.test(error.message)) return new Unavailable('store', { cause: error });
  return scriptFault(script, error.message, error);
}

/** The fault of one order of a batch, as the script reports it. */
export function orderFault(script: string, message: string): Error {
  return AWAY.test(message)
    ? new Unavailable('store', { cause: new Error(message) })
    : scriptFault(script, message, undefined);
}

const scriptFault = (script: string, message: string, cause: unknown): Error =>
  new Error(`the store's script ${script} failed, which is a bug or foreign data under its keys: ${message}`, {
    cause,
  });
