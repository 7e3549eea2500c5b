import { createJetStreamAdapter } from '../jetstream/jetstream-adapter.ts';
import type { Kept } from '../jetstream/kept.ts';
import type { LogFormat } from '../jetstream/projection.ts';

/** A value says all of its document, what it ever added to counters and pools included. */
export const valueFormat: LogFormat = {
  write: (after) => after,
  read: (message) => message as Kept,
};

/** The bucket's stream, as the KV clients of NATS name it (ADR-8); one key per document. */
export const bucketStream = (service: string) => ({
  name: `KV_${service}`,
  prefix: `$KV.${service}.`,
  history: 1,
});

export const natsKvAdapter = createJetStreamAdapter(bucketStream, valueFormat);
