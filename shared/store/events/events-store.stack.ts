import { describeJetStreamStore } from '../jetstream/jetstream-store.contract.ts';
import { eventsKind } from './events-kind.ts';
import { eventsAdapter } from './events-store.ts';

describeJetStreamStore('the event store', eventsAdapter, eventsKind.stream('test'));
