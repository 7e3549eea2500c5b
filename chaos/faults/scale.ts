import { NotRunnable } from '../target/target.ts';
import type { Fault } from './fault.ts';

export interface Scale {
  readonly fault: 'scale';
  readonly service: string;
  /** Replicas that stay. */
  readonly to: number;
}

export const scale: Fault<Scale> = {
  meaning: 'the replicas above this number are asked to end; the rollback starts them again',
  async inject({ service, to }, { target }) {
    const surplus = target.parts.filter(({ name, replica }) => name === service && replica > to);
    if (surplus.length === 0) throw new NotRunnable(`this stack has no more than ${to} replicas of ${service}`);
    await Promise.all(surplus.map((part) => part.stop()));
    return {
      what: `${service} scaled down to ${to}`,
      undo: async () => void (await Promise.all(surplus.map((part) => part.restart()))),
    };
  },
};
