import type { SystemAddress } from '#shared/audit/system-reader.ts';
import { fromMessage } from '#shared/messaging/binding.ts';
import { openFlowReader } from '#shared/messaging/jetstream/flow-reader.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';
import { percentile } from '../../bench/percentile.ts';

/** Of each order that was decided on copies: how old the oldest of them was, ms. Empty where no event names its copies. @throws Unavailable */
export async function copyAges({ natsUrl, flow }: SystemAddress): Promise<Map<string, number>> {
  const reader = await openFlowReader({ url: natsUrl, flow });
  try {
    const messages: StoredMessage[] = [];
    for await (const message of reader.replay(flow.stream, 1)) messages.push(message);
    return agesIn(messages);
  } finally {
    await reader[Symbol.asyncDispose]();
  }
}

/** Such a field holds the stream's sequence of the event that a copy was taken from; 0: its owner had told nothing yet. */
const OF_A_COPY = /Sequence$/;

export function agesIn(messages: readonly StoredMessage[]): Map<string, number> {
  const toldAt = new Map(messages.map(({ sequence, storedAt }) => [sequence, storedAt]));
  const ages = messages.flatMap((message): [string, number][] => {
    const { data = {} } = fromMessage(message);
    const copies = Object.entries(data).filter(([field]) => OF_A_COPY.test(field));
    const told = copies.flatMap(([, sequence]) => toldAt.get(Number(sequence)) ?? []);
    return told.length > 0 ? [[String(data.orderId), message.storedAt - Math.min(...told)]] : [];
  });
  return new Map(ages);
}

/** Nothing of nothing. */
export function stalenessOf(ages: readonly number[]): Record<string, number> {
  if (ages.length === 0) return {};
  return { 'staleness-p50-ms': percentile(ages, 50), 'staleness-p99-ms': percentile(ages, 99) };
}
