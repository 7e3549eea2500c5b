import type { Msg } from '@nats-io/transport-node';
import { Terminal, Unavailable } from '../faults.ts';
import { type PubAck, SubjectTaken } from '../publisher.ts';

interface ServerAnswer {
  readonly seq: number;
  readonly duplicate?: boolean;
  readonly error?: ServerError;
}

interface ServerError {
  /** HTTP-like. */
  readonly code: number;
  readonly err_code: number;
  readonly description: string;
}

/** "wrong last sequence", with and without the sequence that it is. */
const WRONG_LAST_SEQUENCE = new Set([10071, 10164]);
const MESSAGE_TOO_LARGE = 10054;

/** What the stream answered to a publish. */
export function pubAckOf(message: Msg): PubAck | Error {
  if (message.data.length === 0) return away('JetStream does not answer for this subject');
  try {
    const { seq, duplicate = false, error } = message.json<ServerAnswer>();
    return error ? refusal(error) : { sequence: seq, duplicate };
  } catch (cause) {
    return new Error('the PubAck is not readable', { cause });
  }
}

/** Full (503), overloaded (429) or broken (500) passes; any other refusal would be repeated for ever in vain. */
function refusal({ code, err_code, description }: ServerError): Error {
  if (WRONG_LAST_SEQUENCE.has(err_code)) return new SubjectTaken(description);
  if (err_code === MESSAGE_TOO_LARGE) return new Terminal('too-large', description);
  if (code >= 500 || code === 429) return away(`${description} (${err_code})`);
  return new Terminal('refused-by-stream', `${description} (${err_code})`);
}

export const away = (why: string): Unavailable => new Unavailable('broker', { cause: new Error(why) });
