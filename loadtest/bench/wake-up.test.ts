import { expect, it } from 'vitest';
import { wakeUpText } from './wake-up.ts';

it('tells both prices', () => {
  expect(wakeUpText({ backToBack: 81.4, rested: 529.6 })).toBe(
    'a message there and back between two processes takes 81 us of CPU back to back, 530 us after a rest of 5 ms',
  );
});
