import { expect, it } from 'vitest';
import type { FaultSpec } from '#shared/faults/fault-spec.ts';
import type { Part, Target } from '../target/target.ts';
import { injectFault } from './faults.ts';

it('faults of messages and dependencies are set beside each other, and each is undone alone', async () => {
  const set: string[][] = [];
  const admin: Part['admin'] = async (_path, body) => {
    set.push((body as FaultSpec[]).map(({ fault }) => fault));
    return { status: 200, text: '' };
  };
  const target = { parts: [{ admin }] } as unknown as Target;
  const scene = { target, serviceFaults: new Set<FaultSpec>() };
  const delayed = await injectFault({ fault: 'delay', by: '2s' }, scene);
  const slow = await injectFault({ fault: 'dependency-slow' }, scene);
  await delayed.undo?.();
  await slow.undo?.();
  expect(set).toEqual([['delay'], ['delay', 'dependency-slow'], ['dependency-slow'], []]);
  expect(delayed.what).toBe('in every service: delay by=2s');
});
