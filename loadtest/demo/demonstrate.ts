import { keyedOrderId } from '#services/order-service/orders/order-id.ts';
import type { Flow } from '#shared/contracts/flow.ts';
import { systemClock } from '#shared/kernel/clock.ts';
import type { Settings } from '#shared/runtime/settings.ts';
import { duplicatedIn, duplicateFor } from './duplicate-fault.ts';
import { type DemoOrder, demoOrders } from './programme.ts';
import { type DemoAnswer, runDemo } from './run-demo.ts';

export interface Demonstration {
  readonly flow: Flow;
  /** Base URL of the order intake. */
  readonly url: string;
  /** Admin server of the service that `duplicatedIn` names. Without it, or without CHAOS_TOKEN, no event is duplicated. */
  readonly adminUrl?: string | undefined;
  readonly settings: Settings;
  readonly onAnswer?: (answer: DemoAnswer) => void;
  /** Called when a problem appears or is solved, not with every order. */
  readonly onNews: (sentence: string) => void;
}

/** Orders DEMO_RATE times a second until `signal` aborts; returns at once when the rate is 0. */
export async function demonstrate(demonstration: Demonstration, signal: AbortSignal): Promise<void> {
  const { url, settings, onAnswer, onNews } = demonstration;
  const { DEMO_RATE: rate } = settings;
  if (rate === 0) return;
  const report = onChange(onNews, 'orders are accepted again');
  const noteAnswer = (answer: DemoAnswer) => {
    report(answer.problem);
    onAnswer?.(answer);
  };
  const order = demoOrders(`demo-${systemClock.now()}`, settings);
  const prepare = createPrepare(demonstration);
  await runDemo({ url, rate, order, prepare, onAnswer: noteAnswer, clock: systemClock }, signal);
}

/** Never rejects: when the fault cannot be set, the order becomes an ordinary one. */
function createPrepare({ flow, adminUrl, settings, onNews }: Demonstration) {
  const { type } = duplicatedIn(flow);
  const { CHAOS_TOKEN: token } = settings;
  const report = onChange(onNews, 'events are duplicated again');
  return async ({ part, body, key }: DemoOrder): Promise<void> => {
    if (part !== 'duplicate' || !adminUrl || !token) return;
    const setting = duplicateFor(keyedOrderId(body.customerId, key), { adminUrl, token, type });
    report(
      await setting.then(
        () => undefined,
        ({ message }: Error) => `no ${type} is duplicated: ${message}`,
      ),
    );
  };
}

/** Reports a problem once, and `solved` when it is gone. */
function onChange(onNews: (sentence: string) => void, solved: string) {
  let last: string | undefined;
  return (problem: string | undefined): void => {
    if (problem !== last) onNews(problem ?? solved);
    last = problem;
  };
}
