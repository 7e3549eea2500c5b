import { contractOf, type Flow, type Requirement } from '#shared/contracts/flow.ts';
import type { Publication, Story } from './run-flow.ts';

/** A story, and all that the storage publishes in it if the answer is right. */
export interface Case extends Story {
  /** The finding if it does not. */
  readonly id: string;
  readonly message: string;
  readonly expected: readonly string[];
}

const CHECKERS = ['virus-scanner', 'image-processor', 'metadata-extractor'];

/** The shortest first. */
export function casesOf(flow: Flow): Case[] {
  const cases = [...anyOrder(flow), copies(flow), ...oneSilent(flow), ...oneRefused(flow), ...secondTries(flow)];
  return cases
    .map((one, n) => ({ ...one, orderId: `photo-${n + 1}` }))
    .sort((a, b) => a.publications.length - b.publications.length);
}

type Draft = Omit<Case, 'orderId'>;

const passed = ({ fulfilled }: Requirement): Publication => ({ type: fulfilled });
const allOf = ({ start, requirements }: Flow): Publication[] =>
  [...new Set([start, ...requirements.map(({ fulfilled }) => fulfilled)])].map((type) => ({ type }));

function anyOrder(flow: Flow): Draft[] {
  const message = 'A photo whose checks have all passed is not stored.';
  return permutations(allOf(flow)).map((publications) => ({
    ...{ id: 'never-stored', message, publications },
    expected: [flow.outcomes.ready],
  }));
}

function copies(flow: Flow): Draft {
  const message = 'A copy of an event changes what happens to the photo.';
  const publications = [...allOf(flow).flatMap((one) => [one, one]), ...allOf(flow)];
  return { id: 'copy-counts', message, publications, expected: [flow.outcomes.ready] };
}

function oneSilent(flow: Flow): Draft[] {
  return CHECKERS.map((silent) => {
    const others = flow.requirements.filter(({ fulfilled }) => contractOf(flow, fulfilled).owner !== silent);
    return {
      id: 'stored-too-early',
      message: `The photo is stored although ${silent} has not said that it passed.`,
      publications: [{ type: flow.start }, ...others.map(passed)],
      expected: [flow.outcomes.timeout, ...others.map(({ compensation }) => compensation)],
    };
  });
}

function oneRefused(flow: Flow): Draft[] {
  return flow.requirements.map((refused) => {
    const others = flow.requirements.filter((one) => one !== refused);
    return {
      id: 'refused-photo-stored',
      message: `The photo is stored although ${contractOf(flow, refused.rejected).owner} has refused it.`,
      publications: [{ type: flow.start }, { type: refused.rejected }, ...others.map(passed)],
      expected: [flow.outcomes.cancelled, ...others.map(({ compensation }) => compensation)],
    };
  });
}

function secondTries(flow: Flow): Draft[] {
  return flow.requirements.map((twice) => {
    const second = { type: twice.fulfilled, data: { [twice.businessId]: `${twice.name}-second-try` } };
    return {
      id: 'second-try-forgotten',
      message: `${contractOf(flow, twice.fulfilled).owner} did its work twice, and nobody asks it to discard the second result.`,
      publications: [...allOf(flow), second],
      expected: [flow.outcomes.ready, twice.compensation],
    };
  });
}

function permutations<T>(items: readonly T[]): T[][] {
  return items.length < 2
    ? [[...items]]
    : items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}
