import { partOf } from '../target/target.ts';
import type { Fault } from './fault.ts';

export interface SkewClock {
  readonly fault: 'skew-clock';
  readonly service: string;
}

/** The preload `skewed-clock.ts` listens to it. */
const TOGGLE = 'SIGUSR2';

export const skewClock: Fault<SkewClock> = {
  meaning: 'the wall clock of one process is ten minutes ahead of everybody else’s',
  needs: { skewable: ({ service }) => service },
  async inject({ service }, { target }) {
    const part = partOf(target, service);
    await part.signal(TOGGLE);
    return { what: `the clock of ${service} is ten minutes ahead`, undo: () => part.signal(TOGGLE) };
  },
};
