import { describeJetStreamStore } from '../jetstream/jetstream-store.contract.ts';
import { eventStream, eventsAdapter } from './events-store.ts';

describeJetStreamStore('the event store', eventsAdapter, eventStream('test'));
