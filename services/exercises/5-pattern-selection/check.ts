import type { Exercise, Finding } from '../exercise.ts';
import { type PatternName, patterns } from './figures.ts';
import { figureText, isTrueOf, isTrueOfAll, type ReasonName, reasons } from './reasons.ts';
import { type Choice, type Scenario, type ScenarioName, scenarios } from './scenarios.ts';

export const exercise: Exercise<typeof import('./solution.ts')> = {
  number: 5,
  name: 'pattern-selection',
  title: 'Pattern selection',
  minutes: 15,
  learns: 'choose a pattern for a reason that a figure shows',
  async check({ choices }) {
    const names = Object.keys(scenarios) as ScenarioName[];
    return names.flatMap((name) => findingsOf(scenarios[name], choices[name]));
  },
};

function findingsOf(scenario: Scenario, choice: Choice | undefined): Finding[] {
  const { task, refuses } = scenario;
  const message = `${task}: a choice is a pattern and at least one reason.`;
  if (!choice) return [{ id: 'not-answered', message, expected: 'a pattern and a reason', came: 'nothing' }];
  const unread = unreadable(choice);
  if (unread) return [{ message, ...unread }];
  const against = refuses[choice.pattern];
  if (!against) return weakReasons(scenario, choice);
  return [
    {
      id: against.id,
      message: `${task}: ${against.because}`,
      expected: 'a pattern that the figure speaks for, or does not speak against',
      came: figureText(against.row, choice.pattern),
    },
  ];
}

function unreadable({ pattern, because }: Choice): Omit<Finding, 'message'> | undefined {
  const expected = `${patterns.join(', ')}; ${Object.keys(reasons).join(', ')}`;
  if (!patterns.includes(pattern) || !because.every((reason) => Object.hasOwn(reasons, reason)))
    return { id: 'unknown-name', expected, came: `${pattern}: ${because.join(', ')}` };
  return because.length === 0 ? { id: 'no-reason', expected, came: `${pattern}, without a reason` } : undefined;
}

/** The pattern fits. */
function weakReasons({ task, accepts }: Scenario, { pattern, because }: Choice): Finding[] {
  const untrue = because.flatMap((reason) => weakness(task, pattern, reason) ?? []);
  const accepted = accepts[pattern] ?? [];
  if (untrue.length > 0 || because.some((reason) => accepted.includes(reason))) return untrue;
  const others = Object.keys(accepts).length > 1 ? 'other patterns fit with other reasons' : 'no other pattern fits';
  return [
    {
      id: 'reason-of-another-task',
      message: `${task}: ${pattern} fits, and what you say of it is true, but it is not what this task needs.`,
      expected: `what the task cannot do without; ${others}`,
      came: because.map((reason) => reasons[reason].says).join('; '),
    },
  ];
}

/** Why a reason does not speak for the pattern, whatever the task. */
function weakness(task: string, pattern: PatternName, reason: ReasonName): Finding | undefined {
  const { says, row, is } = reasons[reason];
  const came = `"${says}"; ${figureText(row, pattern)}`;
  if (isTrueOfAll(reason))
    return {
      id: 'reason-holds-for-all',
      message: `${task}: a reason that holds for every pattern chooses none. Here it is the kernel’s work.`,
      expected: 'a reason that tells the patterns apart',
      came,
    };
  if (isTrueOf(reason, pattern)) return undefined;
  return {
    id: 'figures-say-otherwise',
    message: `${task}: the reason is not true of ${pattern}.`,
    expected: `the ${is} figure of the four`,
    came,
  };
}
