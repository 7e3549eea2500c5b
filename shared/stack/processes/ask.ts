import { connect } from 'node:net';

const ANSWER_WITHIN_MS = 2_000;

/** What a TCP server sends to `question` until it matches `complete` or the peer closes; '' when nobody answers. Never rejects. */
export function ask(host: string, port: number, question: string, complete: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host, port });
    const done = () => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_WITHIN_MS, done);
    socket.on('connect', () => socket.write(question));
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
      if (complete.test(answer)) done();
    });
    // Nobody listens yet, or no longer: an empty answer says so.
    socket.on('error', done);
    socket.on('close', done);
  });
}

/** Whether this address answers 2xx with a text that `isOurs`: another program on that port says something else. Never rejects. */
export async function answersWith(url: string, isOurs: (text: string) => boolean = () => true): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const text = await response.text();
    return response.ok && isOurs(text);
  } catch {
    // Not listening yet, or busy: the caller asks again until its deadline.
    return false;
  }
}
