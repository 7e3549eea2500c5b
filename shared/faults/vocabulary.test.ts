import { expect, it } from 'vitest';
import { checkFaults } from './fault-spec.ts';
import { faultNames, namesOf } from './vocabulary.ts';

it('a service takes every message and dependency fault of the vocabulary, and no other fault', () => {
  const accepted = faultNames.filter((fault) => {
    try {
      return checkFaults([{ fault }]).length === 1;
    } catch {
      return false;
    }
  });
  expect(accepted).toEqual(namesOf('message', 'dependency'));
});
