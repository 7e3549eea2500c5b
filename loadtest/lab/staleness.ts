import type { SystemAddress } from '#shared/audit/system-reader.ts';
import { fromMessage } from '#shared/messaging/binding.ts';
import { openFlowReader } from '#shared/messaging/jetstream/flow-reader.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';
import { percentile } from '../bench/percentile.ts';

/** How old the copies were on which orders were decided, ms; nothing where no event says which copies it was decided on. @throws Unavailable */
export async function stalenessOf({ natsUrl, flow }: SystemAddress): Promise<Record<string, number>> {
  const reader = await openFlowReader({ url: natsUrl, flow });
  try {
    const messages: StoredMessage[] = [];
    for await (const message of reader.replay(flow.stream, 1)) messages.push(message);
    const ages = agesIn(messages);
    return ages.length === 0
      ? {}
      : { 'staleness-p50-ms': percentile(ages, 50), 'staleness-p99-ms': percentile(ages, 99) };
  } finally {
    await reader[Symbol.asyncDispose]();
  }
}

/** Such a field holds the stream's sequence of the event that a copy was taken from; 0: its owner had told nothing yet. */
const OF_A_COPY = /Sequence$/;

/** Of each event that names copies: ms since the oldest of them was told. */
export function agesIn(messages: readonly StoredMessage[]): number[] {
  const toldAt = new Map(messages.map(({ sequence, storedAt }) => [sequence, storedAt]));
  return messages.flatMap((message) => {
    const { data = {} } = fromMessage(message);
    const copies = Object.entries(data).filter(([field]) => OF_A_COPY.test(field));
    const ages = copies.flatMap(([, sequence]) => message.storedAt - (toldAt.get(Number(sequence)) ?? Number.NaN));
    const known = ages.filter((age) => !Number.isNaN(age));
    return known.length > 0 ? Math.max(...known) : [];
  });
}
