import { partOf } from '../target/target.ts';
import type { Fault } from './fault.ts';

export interface Restart {
  readonly fault: 'restart';
  readonly part: string;
  readonly replica?: number;
  /** Default SIGKILL: a crash. SIGTERM: a deployment. */
  readonly by?: 'SIGKILL' | 'SIGTERM';
}

export const restart: Fault<Restart> = {
  async inject({ part: name, replica, by = 'SIGKILL' }, { target }) {
    await partOf(target, name, replica).restart(by);
    return { what: `${name}${replica ? ` ${replica}` : ''} restarted after ${by}` };
  },
};
