import { partOf } from '../target/target.ts';
import type { Fault } from './fault.ts';

export interface Freeze {
  readonly fault: 'freeze';
  readonly part: string;
  readonly replica?: number;
}

export const freeze: Fault<Freeze> = {
  meaning: 'SIGSTOP: its connections stay open, but it does nothing more until the rollback lets it go on',
  async inject({ part: name, replica }, { target }) {
    const part = partOf(target, name, replica);
    await part.signal('SIGSTOP');
    return { what: `${name}${replica ? ` ${replica}` : ''} frozen`, undo: () => part.signal('SIGCONT') };
  },
};
