import { processSignals } from '#shared/faults/vocabulary.ts';
import { partOf } from '../target/target.ts';
import type { Fault } from './fault.ts';

interface OfPart {
  /** A service, `nats` or `redis`. */
  readonly part: string;
  /** Default 1. */
  readonly replica?: number;
}

interface Kill extends OfPart {
  readonly fault: 'kill';
}

interface Freeze extends OfPart {
  readonly fault: 'freeze';
}

interface Restart extends OfPart {
  readonly fault: 'restart';
}

/** The wall clock of this service is ten minutes ahead. */
interface Skew {
  readonly fault: 'skew';
  readonly service: string;
}

export type ProcessFault = Kill | Freeze | Restart | Skew;

const named = ({ part, replica }: OfPart): string => (replica ? `${part} ${replica}` : part);

const kill: Fault<Kill> = {
  async inject(spec, { target }) {
    const part = partOf(target, spec.part, spec.replica);
    await part.signal(processSignals.kill);
    return { what: `${named(spec)} killed`, undo: () => part.restart() };
  },
};

const freeze: Fault<Freeze> = {
  async inject(spec, { target }) {
    const part = partOf(target, spec.part, spec.replica);
    await part.signal(processSignals.freeze);
    return { what: `${named(spec)} frozen`, undo: () => part.signal('SIGCONT') };
  },
};

/** A crash: SIGKILL, and started again at once. */
const restart: Fault<Restart> = {
  async inject(spec, { target }) {
    await partOf(target, spec.part, spec.replica).restart();
    return { what: `${named(spec)} restarted after SIGKILL` };
  },
};

/** The preload `skewed-clock.ts` listens to it. */
const TOGGLE_CLOCK = 'SIGUSR2';

const skew: Fault<Skew> = {
  needs: { skewable: ({ service }) => service },
  async inject({ service }, { target }) {
    const part = partOf(target, service);
    await part.signal(TOGGLE_CLOCK);
    return { what: `the clock of ${service} is ten minutes ahead`, undo: () => part.signal(TOGGLE_CLOCK) };
  },
};

export const processFaults = { kill, freeze, restart, skew };
