import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { auditSystem } from '#shared/audit/audit-system.ts';
import { contractOf } from '#shared/contracts/flow.ts';
import { startStack } from '#shared/stack/stack.ts';
import { observeStack } from '#shared/testing/real-backend.ts';
import { ORCHESTRATOR } from '../contract.ts';
import { withRestate } from './fixtures/restate-backend.ts';
import { pattern } from './pattern.ts';

const { flow, services } = pattern;
const KINDS = [{}, {}, { customerId: 'cust-declined' }, { pizzaType: 'tartufo' }, { pizzaType: 'pizza-fritta' }];
const KILLS = 3;

withRestate(() => {
  it.each([ORCHESTRATOR, 'restate-server'])(
    '%s killed again and again: nothing is lost and nothing doubled',
    async (victim) => {
      const env = {
        PATTERN: 'services/patterns/orchestration/restate',
        ACK_WAIT: '1s',
        ORDER_TIMEOUT: '30m',
        LOG_LEVEL: 'error',
      };
      await using stack = await startStack({ env });
      await using running = await observeStack(stack, flow, services);
      const part = [...stack.servers, ...stack.services].find(({ name }) => name === victim);
      const accepted: string[] = [];
      const killing = (async () => {
        for (let nth = 0; nth < KILLS; nth++) {
          const before = accepted.length;
          while (accepted.length < before + 40) await delay(10);
          await part?.restart('SIGKILL');
        }
      })();
      let isOver = false;
      void killing.finally(() => {
        isOver = true;
      });
      for (let nth = 0; !isOver; nth++) {
        const orderId = `killed-${nth}`;
        await running.publish(flow.start, orderId, {
          ...contractOf(flow, flow.start).example,
          ...KINDS[nth % KINDS.length],
        });
        accepted.push(orderId);
        await delay(10);
      }
      await killing;
      const servers = { natsUrl: stack.nats.url, stores: stack.stores };
      const report = await auditSystem({ ...servers, flow, accepted, waitForRest: { withinMs: 120_000 } });
      expect(report.invariants.filter(({ violations, notJudged }) => violations > 0 || notJudged)).toEqual([]);
      expect(report).toMatchObject({ clean: true, atRest: true, deadLetters: { kept: 0 }, outcomes: { timeout: 0 } });
      const ready = accepted.filter((_, nth) => nth % KINDS.length < 2).length;
      expect(report.outcomes).toMatchObject({ ready, cancelled: accepted.length - ready });
    },
  );
});
