import { processSignals } from '#shared/faults/vocabulary.ts';
import { partOf } from '../target/target.ts';
import type { Fault } from './fault.ts';

export interface Freeze {
  readonly fault: 'freeze';
  readonly part: string;
  readonly replica?: number;
}

export const freeze: Fault<Freeze> = {
  async inject({ part: name, replica }, { target }) {
    const part = partOf(target, name, replica);
    await part.signal(processSignals.freeze);
    return { what: `${name}${replica ? ` ${replica}` : ''} frozen`, undo: () => part.signal('SIGCONT') };
  },
};
