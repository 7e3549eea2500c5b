import { colours as pc } from '#shared/report/colours.ts';
import type { Stack } from '#shared/stack/stack.ts';
import { demonstrate } from './demonstrate.ts';
import { duplicatedIn } from './duplicate-fault.ts';

/** What `npm start` shows after the sample order: the gentle load of DEMO_RATE, until `signal` aborts. */
export async function demoOnStack(
  { pattern: { flow }, orderUrl, settings, services }: Stack,
  onNotice: (sentence: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (!orderUrl || settings.DEMO_RATE === 0) return;
  console.log(pc.dim(`The demo places ${settings.DEMO_RATE} orders/s: DEMO_RATE=0 switches it off.`));
  const adminUrl = services.find(({ name }) => name === duplicatedIn(flow).service)?.adminUrl;
  await demonstrate(
    { flow, url: orderUrl, adminUrl, settings, onNews: (said) => onNotice(`The demo: ${said}`) },
    signal,
  );
}
