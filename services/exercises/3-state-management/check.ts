import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Exercise, Finding } from '../exercise.ts';
import { type Published, type StartKitchen, tell } from './small-world.ts';
import { storm } from './storm.ts';
import { messages, type Trial, theFour, theUnlucky } from './trials.ts';

type Answer = typeof import('./solution.ts');

export const exercise: Exercise<Answer> = {
  number: 3,
  name: 'state-management',
  title: 'Implement state management',
  minutes: 30,
  learns: 'wait for several events, with copies, replicas and crashes',
  async check({ startKitchen }) {
    const found = (await findIn([...theFour, ...theUnlucky], startKitchen)) ?? (await storm(startKitchen));
    return found ? [found] : [];
  },
};

/** The finding of the first trial that has one: the later ones are harder. */
export async function findIn(trials: readonly Trial[], start: StartKitchen): Promise<Finding | undefined> {
  for (const trial of trials) {
    const finding = await make(trial, start);
    if (finding) return finding;
  }
  return undefined;
}

const OUTCOMES: readonly string[] = Object.values(pizzaFlow.outcomes);

/** Of all stories that end otherwise, the shortest. */
async function make({ stories, expected, judge }: Trial, start: StartKitchen): Promise<Finding | undefined> {
  let smallest: Finding | undefined;
  for (const story of stories) {
    const { published, timeline, isRepeat } = await tell(start, story);
    const outcomes = published.map(({ type }) => type).filter((type) => OUTCOMES.includes(type));
    const id = judge(outcomes) ?? (published.some(breaksContract) ? 'event-breaks-contract' : undefined);
    const isSmaller = timeline.length < (smallest?.timeline?.length ?? Number.POSITIVE_INFINITY);
    if (isRepeat || !id || !isSmaller) continue;
    smallest = { id, message: messages[id] ?? '', expected, came: outcomes.join(', then ') || 'nothing', timeline };
  }
  return smallest;
}

const breaksContract = ({ type, data }: Published): boolean => !pizzaFlow.events[type]?.schema.safeParse(data).success;
