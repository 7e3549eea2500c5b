import { checkFaults, type FaultInput } from '#shared/faults/fault-spec.ts';
import { setFaults } from '../target/target.ts';
import type { Fault } from './fault.ts';

/** A message or dependency fault: the services inject it themselves, beside those that are set already. */
export const serviceFault: Fault<FaultInput> = {
  async inject(input, { target, serviceFaults }) {
    const specs = checkFaults([input]);
    const set = () => setFaults(target, [...serviceFaults]);
    for (const spec of specs) serviceFaults.add(spec);
    await set();
    const undo = () => {
      for (const spec of specs) serviceFaults.delete(spec);
      return set();
    };
    const { fault, ...rest } = input;
    return { what: `in every service: ${[fault, ...describe(rest)].join(' ')}`, undo };
  },
};

const describe = (parameters: object): string[] =>
  Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
