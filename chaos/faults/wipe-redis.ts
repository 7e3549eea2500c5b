import { ask } from '#shared/stack/ask.ts';
import type { Fault } from './fault.ts';

export interface WipeRedis {
  readonly fault: 'wipe-redis';
}

export const wipeRedis: Fault<WipeRedis> = {
  meaning: 'FLUSHALL: everything that the services and the gateway remember is gone; nobody brings it back',
  async inject(_spec, { target }) {
    const { hostname, port, username, password } = new URL(target.redisUrl);
    const login = password ? `AUTH ${username || 'default'} ${password}\r\n` : '';
    const answer = await ask(hostname, Number(port), `${login}FLUSHALL\r\nPING\r\n`, /\+PONG\r\n|-[A-Z]+ /);
    if (!answer.includes('+PONG') || /^-/m.test(answer)) throw new Error(`Redis was not wiped: ${answer.trim()}`);
    return { what: 'Redis wiped' };
  },
};
