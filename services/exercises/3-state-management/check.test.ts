import { describe, expect, it } from 'vitest';
import { findIn } from './check.ts';
import { storm } from './storm.ts';
import { theFour } from './trials.ts';
import * as workshops from './wrong/lost-update.ts';

describe("the workshop's own kitchen", () => {
  it('passes its four test cases', async () => {
    expect(await findIn(theFour, workshops.startKitchen)).toBeUndefined();
  });

  it('fails in the storm, which is told step by step', async () => {
    const finding = await storm(workshops.startKitchen);
    expect(finding?.id).toMatch(/^storm-/);
    expect(finding?.timeline?.some((line) => line.includes('kitchen-service#2'))).toBe(true);
  });
});
