import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditSystem } from '#shared/audit/audit-system.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { expectAtRest } from '#shared/testing/at-rest.ts';
import type { RunningFlow } from '#shared/testing/flow-harness.ts';
import { observeStack } from '#shared/testing/real-backend.ts';

/** The workshop's photo exercise on the kitchen's own rules, as `PATTERN=<folder> npm start` runs it: nothing there is about pizza. */
describe('a flow of photos', () => {
  let stack: Stack;
  let running: RunningFlow;
  const upload = (photo: string, fileName: string) => running.publish('photo.uploaded', photo, { fileName });

  beforeAll(async () => {
    const env = {
      PATTERN: './shared/testing/fixtures/photo-flow',
      ORDER_TIMEOUT: '10s',
      ACK_WAIT: '3s',
      LOG_LEVEL: 'error',
    };
    stack = await startStack({ env });
    running = await observeStack(stack, stack.pattern.flow, stack.pattern.services);
  });
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    await stack?.stop();
  });

  it('stores a photo once it is scanned, resized and its metadata are known', async () => {
    await upload('holiday', 'beach.jpg');
    const { event } = await running.until('photo.stored', 'holiday');
    expect(event.data).toEqual({
      orderId: 'holiday',
      status: 'stored',
      correlationData: { scanId: 'scan-holiday-001', imageId: 'image-holiday-001', metadataId: 'metadata-holiday-001' },
    });
    expect(event.source).toBe('storage-service');
  });

  it('rejects a photo with a virus, and discards what the others did', async () => {
    await upload('infected', 'bad-scan.jpg');
    const { event } = await running.until('photo.rejected', 'infected');
    expect(event.data.reason).toBe('scan-failed: unreadable');
    for (const type of ['image.discarded', 'metadata.discarded']) await running.until(type, 'infected');
  });

  it('gives a photo up when a step is missing, and balances in the end', async () => {
    const scanner = stack.services.find(({ name }) => name === 'virus-scanner');
    await scanner?.stop();
    await upload('forgotten', 'beach.jpg');
    const { event } = await running.until('photo.expired', 'forgotten');
    expect(event.data.missingEvents).toEqual(['scan.passed']);
    await scanner?.restart();
    await running.until('scan.discarded', 'forgotten');
    const [natsUrl, stores] = [stack.nats.url, stack.stores];
    const audit = await auditSystem({ natsUrl, stores, flow: stack.pattern.flow, waitForRest: { withinMs: 30_000 } });
    expect(audit.invariants.filter(({ violations, notJudged }) => violations > 0 || notJudged)).toEqual([]);
    await expectAtRest(running, stack.pattern.flow, stack.pattern.services, ['holiday', 'infected', 'forgotten']);
  });
});
