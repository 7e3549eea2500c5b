import { describe, expect, it } from 'vitest';
import type { Experiment } from '../experiment.ts';
import type { FiredAlert } from './alert-watch.ts';
import { alertChecks, customerCheck, deadLetterChecks, expectationChecks } from './checks.ts';
import { figuresOf } from './figures.ts';

const experiment: Experiment = {
  name: 'an-experiment',
  hypothesis: 'When nothing is done, nothing happens.',
  teaches: '',
  look: { dashboard: 'order-funnel', panel: 'Funnel' },
  method: [],
  expect: { during: { timeout: [0, 0] } },
  recoverWithin: '5s',
};
const failed = (checks: { name: string; passed: boolean }[]) =>
  checks.filter(({ passed }) => !passed).map(({ name }) => name);
const fired = (alert: string, to?: number): FiredAlert => ({
  alert,
  labels: { service: 'chef-service' },
  from: 0,
  ...(to && { to }),
});

describe('alerts', () => {
  const wants = { ...experiment, mustFire: [{ alert: 'ServiceDown', labels: { service: 'chef-service' } } as const] };

  it('that must fire have to fire and to clear', () => {
    expect(failed(alertChecks(wants, [fired('ServiceDown', 9)]))).toEqual([]);
    expect(failed(alertChecks(wants, [fired('ServiceDown')]))).toEqual(['ServiceDown fires and clears']);
    expect(failed(alertChecks(wants, []))).toEqual(['ServiceDown fires and clears']);
  });

  it('that nobody expected refute the hypothesis', () => {
    expect(failed(alertChecks(experiment, [fired('MoneyOutOfBalance', 9)]))).toEqual(['no other alert fires']);
    expect(
      failed(alertChecks({ ...experiment, mayFire: ['MoneyOutOfBalance'] }, [fired('MoneyOutOfBalance')])),
    ).toEqual([]);
  });
});

describe('dead letters', () => {
  it('are the audit’s business, unless the experiment makes them', () => {
    expect(deadLetterChecks(experiment, ['id-reuse'])).toEqual([]);
  });

  it('are explained by their reasons, and there are as many as there must be', () => {
    const poison = { ...experiment, deadLetters: { reasons: ['invalid-cloudevent'], atLeast: 2 } };
    expect(failed(deadLetterChecks(poison, ['invalid-cloudevent', 'invalid-cloudevent']))).toEqual([]);
    expect(failed(deadLetterChecks(poison, ['invalid-cloudevent']))).toHaveLength(1);
    expect(failed(deadLetterChecks(poison, ['invalid-cloudevent', 'invalid-cloudevent', 'id-reuse']))).toHaveLength(1);
  });
});

it('an expectation about orders that were never placed is not met', () => {
  const none = figuresOf([], [], { from: 0, to: 1 });
  expect(failed(expectationChecks(experiment, { before: none, during: none, after: none }))).toHaveLength(1);
});

it('a surprise of a customer, or one who still asks, refutes the hypothesis', () => {
  expect(customerCheck({ surprises: [], asking: 0 }).passed).toBe(true);
  expect(customerCheck({ surprises: ['the intake answered 500 to key k'], asking: 0 }).passed).toBe(false);
  expect(customerCheck({ surprises: [], asking: 2 }).detail).toMatch(/2 customers still ask/);
});
