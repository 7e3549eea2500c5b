import { describeJetStreamStore } from '../jetstream/jetstream-store.contract.ts';
import { bucketStream, natsKvAdapter } from './nats-kv-store.ts';

describeJetStreamStore('the store in a NATS KV bucket', natsKvAdapter, bucketStream('test'));
