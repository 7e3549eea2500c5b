import { describeJetStreamFaults } from '../jetstream/jetstream-faults.contract.ts';
import { bucketStream, natsKvAdapter } from './nats-kv-store.ts';

describeJetStreamFaults(natsKvAdapter, bucketStream('test'));
