import { ask } from '#shared/stack/processes/ask.ts';
import type { Fault } from './fault.ts';

/** FLUSHALL; no undo brings the data back. */
export interface Wipe {
  readonly fault: 'wipe';
}

export const wipe: Fault<Wipe> = {
  async inject(_spec, { target }) {
    const { hostname, port, username, password } = new URL(target.redisUrl);
    const login = password ? `AUTH ${username || 'default'} ${password}\r\n` : '';
    const answer = await ask(hostname, Number(port), `${login}FLUSHALL\r\nPING\r\n`, /\+PONG\r\n|-[A-Z]+ /);
    if (!answer.includes('+PONG') || /^-/m.test(answer)) throw new Error(`Redis was not wiped: ${answer.trim()}`);
    return { what: 'Redis wiped' };
  },
};
