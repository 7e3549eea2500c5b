import type { z } from 'zod';
import { checkFaults, type faultSpec } from '#shared/faults/fault-spec.ts';
import { setFaults } from '../target/target.ts';
import type { Fault } from './fault.ts';

/** Faults at messages and at dependencies, as the services' own switch takes them. */
export interface Inject {
  readonly fault: 'inject';
  readonly faults: readonly z.input<typeof faultSpec>[];
}

export const inject: Fault<Inject> = {
  meaning:
    'events delayed, duplicated, reordered, dropped before the ack or corrupted; a dependency slow, failing or silent',
  async inject({ faults }, { target }) {
    await setFaults(target, checkFaults(faults));
    const what = faults.map(({ fault, ...rest }) => `${fault} ${describe(rest)}`.trimEnd()).join(', ');
    return { what: `in every service: ${what}`, undo: () => setFaults(target, []) };
  },
};

const describe = (spec: object): string =>
  Object.entries(spec)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
