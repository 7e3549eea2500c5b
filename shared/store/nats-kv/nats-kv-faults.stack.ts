import { describeJetStreamFaults } from '../jetstream/jetstream-faults.contract.ts';
import { natsKvKind } from './nats-kv-kind.ts';
import { natsKvAdapter } from './nats-kv-store.ts';

describeJetStreamFaults(natsKvAdapter, natsKvKind.stream('test'));
