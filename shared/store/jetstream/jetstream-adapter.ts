import type { LogStream, StoreAdapter } from '../store-kind.ts';
import { createJetStreamStore } from './jetstream-store.ts';
import { emptyStream, idsIn, prepareStreams } from './log-stream.ts';
import type { LogFormat } from './projection.ts';

export const createJetStreamAdapter = (
  streamOf: (service: string) => LogStream,
  format: LogFormat,
): Required<StoreAdapter> => ({
  open: (at) => createJetStreamStore(at, streamOf(at.service), format),
  documentIds: ({ url, service }) => idsIn(url, streamOf(service)),
  drop: ({ url, service }) => emptyStream(url, streamOf(service)),
  prepare: (url, owners) =>
    prepareStreams(
      url,
      owners.flatMap(({ stores }) => stores.map(streamOf)),
    ),
});
