/** What is compared in a round, from 1: each begins with another one, so that none always follows the same other. */
export const inTurn = <T>(all: readonly T[], round: number): T[] => {
  const first = (round - 1) % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
};
