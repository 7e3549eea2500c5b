import { namesOf } from '#shared/faults/vocabulary.ts';
import { STORE_OPERATIONS } from '../timed-store.ts';
import {
  atConsumers,
  atHttpEdge,
  atKitchen,
  consumed,
  everywhere,
  exportedBy,
  itself,
  type MetricDefinition,
  orderBuckets,
  requirements,
  stepBuckets,
} from './metric-definition.ts';
import {
  currenciesOf,
  DURATIONS,
  FAILURE_REASONS,
  isCashier,
  isCorrelator,
  isIntake,
  missingSets,
  moneyFlowsOf,
  PROCESSING_OUTCOMES,
  publishedTypes,
  resolutionsOf,
  SCRAPE_SOURCES,
  SPAN_LOSSES,
  stagesOf,
} from './metric-labels.ts';

const stepSeconds = { type: 'histogram', unit: 'seconds', kept: 'process', buckets: () => stepBuckets } as const;
const orderSeconds = { type: 'histogram', unit: 'seconds', kept: 'process', buckets: orderBuckets } as const;
const total = { type: 'counter', unit: 'events', kept: 'process' } as const;
const state = { type: 'gauge', kept: 'process' } as const;
const storedCounter = { type: 'counter', kept: 'store' } as const;
const storedGauge = { type: 'gauge', kept: 'store' } as const;
const brokerGauge = { type: 'gauge', unit: 'messages', kept: 'broker' } as const;
/** Of every durable of the stream, by every service: the one that a dead service left behind is seen. */
const ofDurable = { ...brokerGauge, ...everywhere({ service: itself, durable: [] }) };

/** The catalogue: every metric of the stack but Node's own, each defined here and nowhere else. */
export const metrics = {
  ordersWaiting: {
    ...storedGauge,
    ...atKitchen({ missing: ({ flow }) => missingSets(flow) }),
    name: 'pizza_orders_waiting',
    unit: 'orders',
    meaning: 'Orders that wait, by what they wait for: the requirements not fulfilled yet.',
  },
  oldestWaiting: {
    ...storedGauge,
    ...exportedBy(
      'the correlator (its store), the intake (the stream)',
      (scope) => isCorrelator(scope) || isIntake(scope),
    )({ service: itself }),
    name: 'pizza_oldest_waiting_seconds',
    unit: 'seconds',
    meaning:
      'Age of the oldest order that waits: at the kitchen since its clock started, at the intake an accepted order without an outcome.',
  },
  orderStage: {
    ...storedCounter,
    ...atKitchen({ stage: ({ flow }) => stagesOf(flow) }),
    name: 'pizza_order_stage_total',
    unit: 'orders',
    meaning: 'Orders that reached a stage. created: the kitchen knows of the order, whichever event came first.',
  },
  ordersResolved: {
    ...storedCounter,
    ...atKitchen({ outcome: [], missing: [], reason: [] }),
    name: 'pizza_orders_resolved_total',
    unit: 'orders',
    meaning: 'Orders decided, by outcome, by what was missing (timeout) and by what cancelled them.',
    series: (scope) => (isCorrelator(scope) ? resolutionsOf(scope.flow) : undefined),
  },
  timeToReady: {
    ...orderSeconds,
    ...atKitchen({ last: requirements }),
    name: 'pizza_order_time_to_ready_seconds',
    meaning:
      'From when the stream stored the order to ready, by the requirement that came last (`none`: it waited for none). Ready orders only.',
  },
  joinWait: {
    ...orderSeconds,
    ...atKitchen({ last: requirements }),
    name: 'pizza_order_join_wait_seconds',
    meaning: 'From the first contribution to ready, by the requirement that came last. Ready orders only.',
  },
  processing: {
    ...stepSeconds,
    ...atConsumers({ service: itself, type: consumed, outcome: PROCESSING_OUTCOMES }),
    name: 'pizza_event_processing_seconds',
    meaning: 'Processing of one delivery, its settlement included, by how it ended.',
  },
  eventAge: {
    ...orderSeconds,
    ...atConsumers({ service: itself, type: consumed }),
    name: 'pizza_event_age_seconds',
    meaning: 'From the time that an event says it occurred to the end of its processing. Hosts must agree on the time.',
  },
  implausibleDurations: {
    ...total,
    ...atConsumers({ service: itself, duration: DURATIONS }),
    name: 'pizza_implausible_durations_total',
    unit: 'durations',
    meaning:
      'Durations not observed, since two clocks disagree or an event invents its time: negative, or above RETENTION.',
  },
  eventsPublished: {
    ...total,
    ...everywhere({ service: itself, type: publishedTypes }),
    name: 'pizza_events_published_total',
    meaning: 'Events that the stream stored; a copy that it dropped does not count.',
  },
  publishSeconds: {
    ...stepSeconds,
    ...everywhere({ service: itself, type: publishedTypes }),
    name: 'pizza_publish_seconds',
    meaning: 'From publish to PubAck, or to its failure.',
  },
  eventFailures: {
    ...total,
    ...atConsumers({ service: itself, type: consumed, reason: FAILURE_REASONS }),
    name: 'pizza_event_failures_total',
    meaning: 'Deliveries that failed. fault: to be tried again; any other reason: dead-lettered.',
  },
  compensations: {
    ...storedCounter,
    ...atKitchen({
      kind: ({ flow }) => flow.requirements.map(({ compensation }) => compensation),
      reason: ['order-cancelled', 'order-timeout', 'late', 'conflict'],
    }),
    name: 'pizza_compensations_total',
    unit: 'events',
    meaning: 'Compensations asked for, by the request and why.',
  },
  money: {
    ...storedCounter,
    ...exportedBy(
      'who takes the money (captured, refunded), the correlator (sold)',
      (scope) => isCashier(scope) || isCorrelator(scope),
    )({ flow: moneyFlowsOf, currency: ({ flow }) => currenciesOf(flow) }),
    name: 'pizza_money_total',
    unit: 'minor units',
    meaning: 'Money that moved, in minor units (pence). sold: its order became ready.',
  },
  moneyHeld: {
    ...storedGauge,
    ...atKitchen({ currency: ({ flow }) => currenciesOf(flow) }),
    name: 'pizza_money_held',
    unit: 'minor units',
    meaning:
      'Money charged for orders that wait, in minor units: known to the kitchen, neither sold nor asked back. At rest captured = sold + refunded + held.',
  },
  httpSeconds: {
    ...stepSeconds,
    ...atHttpEdge({ route: [], status: [] }),
    name: 'pizza_http_request_seconds',
    meaning: 'From request to the end of the answer, by route template (`none`: no such route) and status.',
  },
  storeSeconds: {
    ...stepSeconds,
    ...atConsumers({ service: itself, operation: STORE_OPERATIONS }),
    name: 'pizza_store_seconds',
    meaning: 'One call of the store, failed ones included.',
  },
  eventsInFlight: {
    ...state,
    ...atConsumers({ service: itself }),
    name: 'pizza_events_in_flight',
    unit: 'events',
    meaning: 'Deliveries being handled now.',
  },
  chaosInjected: {
    ...total,
    ...everywhere({
      fault: namesOf('message'),
      type: (scope) => [...new Set([...scope.reacts, ...publishedTypes(scope)])],
    }),
    name: 'pizza_chaos_injected_total',
    unit: 'faults',
    meaning: 'Faults injected on purpose; a fault of a dependency has its name as type, and appears with the first.',
  },
  sweeperLag: {
    ...storedGauge,
    ...atConsumers({ service: itself }),
    name: 'pizza_sweeper_lag_seconds',
    unit: 'seconds',
    meaning: 'For how long the order that is due first has been due and not attended to; 0 when none is.',
  },
  deadLetters: {
    ...total,
    ...atConsumers({ service: itself }),
    name: 'pizza_dead_letters_total',
    meaning: 'Deliveries given up as dead letters.',
  },
  deadLettersPending: {
    ...brokerGauge,
    ...atConsumers({ service: itself }),
    name: 'pizza_dead_letters_pending',
    meaning: 'Dead letters that the broker keeps: neither redriven, discarded nor expired.',
  },
  rebuildRunning: {
    ...state,
    ...atConsumers({ service: itself }),
    name: 'pizza_rebuild_running',
    unit: 'rebuilds',
    meaning: '1 while the service is paused since its store lost data, whoever rebuilds it from the stream.',
  },
  rebuilds: {
    ...total,
    ...atConsumers({ service: itself, cause: ['wiped', 'restarted', 'rebuilding'] }),
    name: 'pizza_rebuilds_total',
    unit: 'rebuilds',
    meaning:
      'Rebuilds that this process completed. wiped: all was lost; restarted: the end may have been; rebuilding: one that another process left.',
  },
  rebuildSeconds: {
    ...state,
    ...atConsumers({ service: itself }),
    name: 'pizza_rebuild_seconds',
    unit: 'seconds',
    meaning: 'How long the last loss of data paused the service, or pauses it so far; 0: there was none.',
  },
  consumerPending: {
    ...ofDurable,
    name: 'pizza_consumer_pending',
    meaning: 'Stored and not delivered yet.',
  },
  consumerAckPending: {
    ...ofDurable,
    name: 'pizza_consumer_ack_pending',
    meaning: 'Delivered and not acknowledged.',
  },
  consumerRedelivered: {
    ...ofDurable,
    name: 'pizza_consumer_redelivered',
    meaning: 'Of those not acknowledged, delivered more than once.',
  },
  streamFill: {
    ...brokerGauge,
    ...everywhere({ limit: ['bytes', 'messages'] }),
    name: 'pizza_stream_fill_ratio',
    unit: 'ratio',
    meaning: 'How much of a limit of the event stream is used; at 1 it takes no more events. Without that limit 0.',
  },
  scrapeErrors: {
    ...total,
    ...everywhere({ service: itself, source: SCRAPE_SOURCES }),
    name: 'pizza_scrape_errors_total',
    unit: 'errors',
    meaning: 'Scrapes at which the store or the broker did not answer in time: its series are absent then, not stale.',
  },
  spansLost: {
    ...total,
    ...everywhere({ service: itself, reason: SPAN_LOSSES }),
    name: 'pizza_spans_lost_total',
    unit: 'spans',
    meaning:
      'Sampled spans that were not exported. queue-full: they end faster than they are sent; export-failed: the receiver refused them, or did not answer in time.',
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricKey = keyof typeof metrics;
