import { systemClock } from '#shared/kernel/clock.ts';
import type { Settings } from '#shared/runtime/settings.ts';
import { demoOrders } from './demo-order.ts';
import { type DemoAnswer, runDemo } from './run-demo.ts';

export interface Demonstration {
  /** Base URL of the order intake. */
  readonly url: string;
  readonly settings: Settings;
  readonly onAnswer?: (answer: DemoAnswer) => void;
  /** Told when the answers change: an intake that is away would say the same again and again. */
  readonly onNews: (sentence: string) => void;
}

/** Orders DEMO_RATE times a second until `signal` aborts; at once over when the rate is 0. */
export async function demonstrate(
  { url, settings, onAnswer, onNews }: Demonstration,
  signal: AbortSignal,
): Promise<void> {
  const { DEMO_RATE: rate } = settings;
  if (rate === 0) return;
  let problem: string | undefined;
  const order = demoOrders(`demo-${systemClock.now()}`, settings);
  const hear = (answer: DemoAnswer) => {
    if (answer.problem !== problem) onNews(answer.problem ?? 'orders are taken again');
    problem = answer.problem;
    onAnswer?.(answer);
  };
  await runDemo({ url, rate, order, onAnswer: hear, clock: systemClock }, signal);
}
