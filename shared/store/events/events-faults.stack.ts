import { describeJetStreamFaults } from '../jetstream/jetstream-faults.contract.ts';
import { eventsKind } from './events-kind.ts';
import { eventsAdapter } from './events-store.ts';

describeJetStreamFaults(eventsAdapter, eventsKind.stream('test'));
