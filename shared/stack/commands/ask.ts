import { connect } from 'node:net';

const ANSWER_WITHIN_MS = 2_000;

/** Connects, sends, and returns what came until it matched `complete` or the peer closed; '' when nobody answers. */
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
