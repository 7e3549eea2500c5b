import { createJetStreamAdapter } from '../jetstream/jetstream-adapter.ts';
import type { Kept } from '../jetstream/kept.ts';
import type { LogFormat } from '../jetstream/projection.ts';
import { natsKvKind } from './nats-kv-kind.ts';

/** A value says all of its document, what it ever added to counters and pools included. */
export const valueFormat: LogFormat = {
  write: (after) => after,
  read: (message) => message as Kept,
};

export const natsKvAdapter = createJetStreamAdapter(natsKvKind.stream, valueFormat);
