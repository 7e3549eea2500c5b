import { describeJetStreamStore } from '../jetstream/jetstream-store.contract.ts';
import { natsKvKind } from './nats-kv-kind.ts';
import { natsKvAdapter } from './nats-kv-store.ts';

describeJetStreamStore('the store in a NATS KV bucket', natsKvAdapter, natsKvKind.stream('test'));
