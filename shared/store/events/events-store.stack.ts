import { describeJetStreamStore } from '../jetstream/jetstream-store.contract.ts';
import { eventsAdapter } from './events-store.ts';

describeJetStreamStore('the event store', eventsAdapter);
