import { checkFaults } from '#shared/faults/fault-spec.ts';
import { disturbancesOf, faultsOf, msOf } from '../../../chaos/engine/method.ts';
import type { ExperimentData, Step } from '../../../chaos/experiment.ts';
import { stackFaults } from '../../../chaos/faults/faults.ts';
import { realisticMix } from '../../../loadtest/orders.ts';
import { panelTitles } from '../../../observability/dashboards/board/panel-titles.ts';
import type { Finding } from '../exercise.ts';

/** What can be said of an experiment before it is run. */

const MAX_METHOD_MS = 30_000;
/** Of a stack of its own, where the experiment sets none. */
const ORDER_TIMEOUT = '12s';
/** So soon after a burst its orders are under way. */
const AT_WORK_MS = 1_500;

type Rule = readonly [
  id: string,
  message: string,
  expected: string,
  broken: (one: ExperimentData) => string | undefined,
];

const rules: readonly Rule[] = [
  [
    'experiment-is-incomplete',
    'An experiment says what it expects in one sentence, what one learns, where to look, and does something.',
    'a sentence "When … , … .", a lesson, a panel that exists, faults that the stack takes, half a minute at most',
    incomplete,
  ],
  [
    'hypothesis-cannot-fail',
    'A hypothesis that nothing can refute is no hypothesis: whatever happens, it holds.',
    'in `expect` a share that some run could miss',
    vacuous,
  ],
  [
    'refuted-without-the-bug',
    'The hypothesis has to hold for services without the bug, or its failure says nothing of the bug.',
    'an expectation that the stack meets when its services are right',
    refutedAnyway,
  ],
  [
    'struck-while-idle',
    'A process that dies with nothing under way loses nothing: give it work first.',
    `a burst, and the crash within ${AT_WORK_MS / 1_000} s after it`,
    idle,
  ],
];

export const misdesigned = (experiment: ExperimentData): Finding[] =>
  rules.flatMap(([id, message, expected, broken]) => {
    const came = broken(experiment);
    return came === undefined ? [] : [{ id, message, expected, came }];
  });

function incomplete({ hypothesis, teaches, look, method, recoverWithin }: ExperimentData): string | undefined {
  if (!/^(When|If) [^.]+\.$/.test(hypothesis)) return `the hypothesis "${hypothesis}"`;
  if (teaches.length < 60) return `the lesson "${teaches}"`;
  if (disturbancesOf({ method }).length === 0) return 'a method that does nothing';
  try {
    if (!panelTitles(look.dashboard).includes(look.panel)) return `no panel "${look.panel}" on ${look.dashboard}`;
    msOf(recoverWithin);
    checkFaults(faultsOf({ method }).filter(({ fault }) => !Object.hasOwn(stackFaults, fault)));
    const lasts = lastsMs(method);
    return lasts > MAX_METHOD_MS ? `a method of ${lasts / 1_000} s` : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function vacuous({ expect }: ExperimentData): string | undefined {
  const tolerances = Object.values(expect).flatMap((probes) => Object.values(probes));
  if (tolerances.some(([least, most]) => least > 0 || most < 1)) return undefined;
  return tolerances.length === 0 ? 'no expectation' : 'shares from 0 to 1 only';
}

function refutedAnyway({ expect: { during = {} }, method, stack }: ExperimentData): string | undefined {
  const { timeout: [, mostTimeouts] = [0, 1], ready: [leastReady] = [0, 1] } = during;
  const { declined, 'sold-out': soldOut, 'off-menu': offMenu, 'no-chef': noChef } = realisticMix;
  const made = 1 - declined - soldOut - offMenu - noChef;
  if (leastReady >= made)
    return `${leastReady * 100} % of the orders ready, but ${((1 - made) * 100).toFixed(1)} % of the customers order what is refused`;
  const limit = stack?.env?.ORDER_TIMEOUT ?? ORDER_TIMEOUT;
  // The kitchen may stay away: it judges deadlines once it has caught up.
  const at = method.findIndex((step) => 'fault' in step && step.fault === 'kill' && step.part !== 'kitchen-service');
  if (at < 0 || mostTimeouts > 0.1) return undefined;
  const away = lastsMs(method.slice(at));
  return away >= msOf(limit)
    ? `no order times out, but a service that every order needs is away for ${away / 1_000} s, and ORDER_TIMEOUT is ${limit}`
    : undefined;
}

/** Every crash of a service is too long after the last burst; without a crash the next check has the word. */
function idle({ method }: ExperimentData): string | undefined {
  const crashes = method.flatMap((step, at) => (isCrash(step) ? [at] : []));
  if (crashes.length === 0) return undefined;
  const sinceBurst = crashes.map((crash) => {
    const burst = method.findLastIndex((step, at) => at < crash && 'burst' in step);
    return burst < 0 ? Number.POSITIVE_INFINITY : lastsMs(method.slice(burst, crash));
  });
  const shortest = Math.min(...sinceBurst);
  if (shortest <= AT_WORK_MS) return undefined;
  return Number.isFinite(shortest) ? `a crash ${shortest / 1_000} s after the burst` : 'a crash without a burst';
}

const isCrash = (step: Step): boolean => 'fault' in step && (step.fault === 'kill' || step.fault === 'restart');

const lastsMs = (method: readonly Step[]): number =>
  method.reduce((sum, step) => sum + ('pause' in step ? msOf(step.pause) : 0), 0);
