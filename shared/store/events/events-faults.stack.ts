import { describeJetStreamFaults } from '../jetstream/jetstream-faults.contract.ts';
import { eventStream, eventsAdapter } from './events-store.ts';

describeJetStreamFaults(eventsAdapter, eventStream('test'));
