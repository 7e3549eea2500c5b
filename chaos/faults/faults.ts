import { parseDuration } from '#shared/contracts/duration.ts';
import { checkFaults, type FaultInput, type FaultSpec, type ServiceFaultName } from '#shared/faults/fault-spec.ts';
import { type FaultName, processSignals } from '#shared/faults/vocabulary.ts';
import { ask } from '#shared/stack/processes/ask.ts';
import { loadStores } from '#shared/store/stores.ts';
import type { Connections, Network } from '../target/network.ts';
import { type Needs, NotRunnable, type Part, partOf, setFaults, type Target } from '../target/target.ts';

/** `part`: a service, `nats` or `redis`; `replica`: default 1. */
interface OfPart {
  readonly part: string;
  readonly replica?: number;
}

/** What each fault takes that is injected from outside of the services. */
interface Parameters {
  readonly kill: OfPart;
  readonly freeze: OfPart;
  readonly restart: OfPart;
  readonly skew: { readonly service: string };
  readonly wipe: object;
  /** `latency` is added to each direction. */
  readonly 'slow-network': Connections & { readonly latency: string; readonly jitter?: string };
  readonly partition: Connections;
  readonly 'reset-connections': Connections;
}
type StackFaultName = Exclude<FaultName, ServiceFaultName>;
type StackFault = { [Name in StackFaultName]: { readonly fault: Name } & Parameters[Name] }[StackFaultName];

/** Any fault of the vocabulary, with its parameters. */
export type FaultStep = StackFault | FaultInput;

export interface Scene {
  readonly target: Target;
  /** The message and dependency faults that are set in the services; injecting and undoing one changes it. */
  readonly serviceFaults: Set<FaultSpec>;
}

export interface Injected {
  /** For the timeline: `chef-service killed`. */
  readonly what: string;
  /** Takes it back; undefined when there is nothing to take back. Called once, also after a failure. */
  readonly undo?: () => Promise<void>;
}

/** @throws NotRunnable when it cannot be done on this stack */
type Inject<Spec> = (spec: Spec, scene: Scene) => Promise<Injected>;

/** The preload `skewed-clock.ts` listens to it. */
const TOGGLE_CLOCK = 'SIGUSR2';

export const stackFaults: { readonly [Name in StackFaultName]: Inject<Parameters[Name]> } = {
  async kill(spec, { target }) {
    const { part, name } = named(spec, target);
    await part.signal(processSignals.kill);
    return { what: `${name} killed`, undo: part.restart };
  },
  async freeze(spec, { target }) {
    const { part, name } = named(spec, target);
    await part.signal(processSignals.freeze);
    return { what: `${name} frozen`, undo: () => part.signal('SIGCONT') };
  },
  /** A crash: SIGKILL, and started again at once. */
  async restart(spec, { target }) {
    const { part, name } = named(spec, target);
    await part.restart();
    return { what: `${name} restarted after SIGKILL` };
  },
  async skew({ service }, { target }) {
    const part = partOf(target, service);
    await part.signal(TOGGLE_CLOCK);
    return { what: `the clock of ${service} is ten minutes ahead`, undo: () => part.signal(TOGGLE_CLOCK) };
  },
  /** Nothing brings the data back but a rebuild. */
  async wipe(_spec, { target }) {
    const { kind, url } = target.stores.all;
    if (kind === 'redis') await flush(url);
    else {
      const { drop } = await loadStores(target.stores);
      const names = target.pattern.services.flatMap(({ name, stores = [] }) => [name, ...stores]);
      await Promise.all(names.map(drop));
    }
    return { what: `${kind} wiped` };
  },
  async 'slow-network'({ latency, jitter = '0ms', ...connections }, { target }) {
    const attributes = { latency: parseDuration(latency) ?? 0, jitter: parseDuration(jitter) ?? 0 };
    const undo = await networkOf(target).disturb(connections, { type: 'latency', attributes });
    return { what: `the network to ${connections.server} slowed by ${latency} in each direction`, undo };
  },
  async partition(connections, { target }) {
    // A timeout of 0 passes nothing on and closes nothing: https://github.com/Shopify/toxiproxy#timeout
    const undo = await networkOf(target).disturb(connections, { type: 'timeout', attributes: { timeout: 0 } });
    return { what: `${servicesOf(connections)} cut off from ${connections.server}`, undo };
  },
  async 'reset-connections'(connections, { target }) {
    const undo = await networkOf(target).cut(connections);
    return { what: `connections of ${servicesOf(connections)} to ${connections.server} closed`, undo };
  },
};

/** All at once, as an operator's mistake does it. */
async function flush(url: string): Promise<void> {
  const { hostname, port, username, password } = new URL(url);
  const login = password ? `AUTH ${username || 'default'} ${password}\r\n` : '';
  const answer = await ask(hostname, Number(port), `${login}FLUSHALL\r\nPING\r\n`, /\+PONG\r\n|-[A-Z]+ /);
  if (!answer.includes('+PONG') || /^-/m.test(answer)) throw new Error(`Redis was not wiped: ${answer.trim()}`);
}

function named({ part, replica }: OfPart, target: Target): { readonly part: Part; readonly name: string } {
  return { part: partOf(target, part, replica), name: replica ? `${part} ${replica}` : part };
}

/** @throws NotRunnable when no proxy is in the connections of this stack */
function networkOf({ network, name }: Target): Network {
  if (network) return network;
  throw new NotRunnable(`no toxiproxy stands between the services and the servers of ${name}`);
}

const servicesOf = ({ services }: Connections): string => services?.join(', ') ?? 'every service';

/** A message or dependency fault: the services inject it themselves, in addition to faults already set. */
const serviceFault: Inject<FaultInput> = async (input, { target, serviceFaults }) => {
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
};

const isStackFault = (step: FaultStep): step is StackFault => Object.hasOwn(stackFaults, step.fault);

/** A step's name picks its injector, so the two belong together. */
export const injectFault: Inject<FaultStep> = (step, scene) =>
  ((isStackFault(step) ? stackFaults[step.fault] : serviceFault) as Inject<FaultStep>)(step, scene);

/** What these faults need before the stack starts. */
export const needsOfFaults = (steps: readonly FaultStep[]): Pick<Needs, 'network' | 'skewable'> => ({
  network: steps.some((step) => 'server' in step),
  skewable: steps.flatMap((step) => (step.fault === 'skew' ? step.service : [])),
});
