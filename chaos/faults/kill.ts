import { processSignals } from '#shared/faults/vocabulary.ts';
import { partOf } from '../target/target.ts';
import type { Fault } from './fault.ts';

export interface Kill {
  readonly fault: 'kill';
  /** A service, `nats` or `redis`. */
  readonly part: string;
  readonly replica?: number;
}

export const kill: Fault<Kill> = {
  async inject({ part: name, replica }, { target }) {
    const part = partOf(target, name, replica);
    await part.signal(processSignals.kill);
    return { what: `${name} killed`, undo: () => part.restart('SIGKILL') };
  },
};
