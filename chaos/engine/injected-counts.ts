import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import type { Target } from '../target/target.ts';

/** What the services counted themselves: fault and event type -> how often. A killed process takes its counts with it. */
export async function injectedCounts({ parts }: Target): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const line = new RegExp(`^${metrics.chaosInjected.name}\\{(.*?)\\} (\\S+)`, 'gm');
  for (const answer of await Promise.all(parts.map((part) => part.admin('/metrics'))))
    for (const [, labels = '', value] of answer?.text.matchAll(line) ?? []) {
      const named = Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, text]) => [name, text]));
      const key = `${named.fault} ${named.type}`;
      if (Number(value) > 0) counts.set(key, (counts.get(key) ?? 0) + Number(value));
    }
  return counts;
}
