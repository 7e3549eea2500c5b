import { keyedOrderId } from '#services/order-service/orders/order-id.ts';
import type { Flow } from '#shared/contracts/flow.ts';
import { systemClock } from '#shared/kernel/clock.ts';
import { colours as pc } from '#shared/report/colours.ts';
import type { Settings } from '#shared/runtime/settings.ts';
import type { Stack } from '#shared/stack/stack.ts';
import { duplicatedIn, duplicateFor } from './duplicate-fault.ts';
import { type DemoOrder, demoOrders } from './programme.ts';
import { runDemo } from './run-demo.ts';

export interface Demonstration {
  readonly flow: Flow;
  /** Base URL of the order intake. */
  readonly url: string;
  /** Admin server of the service that `duplicatedIn` names. Without it, or without CHAOS_TOKEN, no event is duplicated. */
  readonly adminUrl?: string | undefined;
  readonly settings: Settings;
  /** Called for each order; `problem` is undefined when it was accepted. */
  readonly onAnswer?: (problem: string | undefined) => void;
  /** Called when a problem appears or is solved, not with every order. */
  readonly onNews: (sentence: string) => void;
}

/** Orders DEMO_RATE times a second until `signal` aborts; returns at once when the rate is 0. */
export async function demonstrate(demonstration: Demonstration, signal: AbortSignal): Promise<void> {
  const { url, settings, onAnswer, onNews } = demonstration;
  const { DEMO_RATE: rate } = settings;
  if (rate === 0) return;
  const report = onChange(onNews, 'orders are accepted again');
  const noteAnswer = (problem: string | undefined) => {
    report(problem);
    onAnswer?.(problem);
  };
  const order = demoOrders(`demo-${systemClock.now()}`, settings);
  const prepare = createPrepare(demonstration);
  await runDemo({ url, rate, order, prepare, onAnswer: noteAnswer, clock: systemClock }, signal);
}

/** What `npm start` shows after the sample order: the gentle load of DEMO_RATE, until `signal` aborts. */
export async function demoOnStack(
  { pattern: { flow }, orderUrl, settings, services }: Stack,
  onNotice: (sentence: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (!orderUrl || settings.DEMO_RATE === 0) return;
  console.log(pc.dim(`The demo places ${settings.DEMO_RATE} orders/s: DEMO_RATE=0 switches it off.`));
  const adminUrl = services.find(({ name }) => name === duplicatedIn(flow).service)?.adminUrl;
  const onNews = (said: string) => onNotice(`The demo: ${said}`);
  await demonstrate({ flow, url: orderUrl, adminUrl, settings, onNews }, signal);
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
