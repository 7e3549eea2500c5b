import type { JetStreamManager } from '@nats-io/jetstream';
import { ifFound } from './broker-answer.ts';
import { settledUpTo } from './caught-up.ts';
import { type DurableOptions, ensureDurable } from './topology.ts';

/**
 * Creates or updates these durables, all of one stream. In a stream of an earlier version a service has a durable per type,
 * `kitchen-service_payment-completed`: its one durable begins where the first of them stood, and they are removed. What
 * the others had settled beyond that is delivered again, and recognised as duplicates.
 */
export async function mergeDurables(jsm: JetStreamManager, durables: readonly DurableOptions[]): Promise<void> {
  const [first] = durables;
  if (!first) return;
  const present: string[] = [];
  for await (const { config } of jsm.consumers.list(first.stream))
    if (config.durable_name) present.push(config.durable_name);
  await Promise.all(
    durables.map(async (wanted) => {
      const perType = present.filter((name) => name.startsWith(`${wanted.durable}_`));
      const beginAt = perType.length > 0 ? (await settledUpTo(jsm, wanted.stream, perType)) + 1 : 1;
      await ensureDurable(jsm, wanted, beginAt);
      for (const name of perType) await ifFound(jsm.consumers.delete(wanted.stream, name));
    }),
  );
}
