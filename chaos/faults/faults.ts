import type { FaultInput, FaultSpec, ServiceFaultName } from '#shared/faults/fault-spec.ts';
import { checkFaults } from '#shared/faults/fault-spec.ts';
import type { FaultName } from '#shared/faults/vocabulary.ts';
import { ask } from '#shared/stack/processes/ask.ts';
import { setFaults } from '../target/target.ts';
import type { Fault, Injected, Scene } from './fault.ts';
import { type NetworkFault, networkFaults } from './network-faults.ts';
import { type ProcessFault, processFaults } from './process-faults.ts';

/** FLUSHALL; nothing brings the data back but a rebuild. */
interface Wipe {
  readonly fault: 'wipe';
}

/** A fault that is injected from outside of the services. */
type StackFault = ProcessFault | NetworkFault | Wipe;

/** Any fault of the vocabulary, with its parameters. */
export type FaultStep = StackFault | FaultInput;

const wipe: Fault<Wipe> = {
  async inject(_spec, { target }) {
    const { hostname, port, username, password } = new URL(target.redisUrl);
    const login = password ? `AUTH ${username || 'default'} ${password}\r\n` : '';
    const answer = await ask(hostname, Number(port), `${login}FLUSHALL\r\nPING\r\n`, /\+PONG\r\n|-[A-Z]+ /);
    if (!answer.includes('+PONG') || /^-/m.test(answer)) throw new Error(`Redis was not wiped: ${answer.trim()}`);
    return { what: 'Redis wiped' };
  },
};

export const stackFaults: {
  readonly [Name in Exclude<FaultName, ServiceFaultName>]: Fault<Extract<StackFault, { fault: Name }>>;
} = { ...processFaults, ...networkFaults, wipe };

/** A message or dependency fault: the services inject it themselves, in addition to faults already set. */
const serviceFault: Fault<FaultInput> = {
  async inject(input, { target, serviceFaults }) {
    const [spec] = checkFaults([input]) as [FaultSpec];
    serviceFaults.add(spec);
    await setFaults(target, [...serviceFaults]);
    const undo = () => {
      serviceFaults.delete(spec);
      return setFaults(target, [...serviceFaults]);
    };
    const { fault, ...rest } = input;
    const parameters = Object.entries(rest).map(([name, value]) => `${name}=${value}`);
    return { what: `in every service: ${[fault, ...parameters].join(' ')}`, undo };
  },
};

const isStackFault = (step: FaultStep): step is StackFault => Object.hasOwn(stackFaults, step.fault);

/** A step's name picks its fault, so the two belong together. */
export const faultOf = (step: FaultStep): Fault<FaultStep> =>
  (isStackFault(step) ? stackFaults[step.fault] : serviceFault) as Fault<FaultStep>;

export const injectFault = (step: FaultStep, scene: Scene): Promise<Injected> => faultOf(step).inject(step, scene);
