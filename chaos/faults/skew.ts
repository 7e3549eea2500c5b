import { partOf } from '../target/target.ts';
import type { Fault } from './fault.ts';

/** The wall clock of this service is ten minutes ahead. */
export interface Skew {
  readonly fault: 'skew';
  readonly service: string;
}

/** The preload `skewed-clock.ts` listens to it. */
const TOGGLE = 'SIGUSR2';

export const skew: Fault<Skew> = {
  needs: { skewable: ({ service }) => service },
  async inject({ service }, { target }) {
    const part = partOf(target, service);
    await part.signal(TOGGLE);
    return { what: `the clock of ${service} is ten minutes ahead`, undo: () => part.signal(TOGGLE) };
  },
};
