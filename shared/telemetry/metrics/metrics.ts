import { STORE_OPERATIONS } from '../timed-store.ts';
import { type MetricDefinition, orderBuckets, stepBuckets } from './metric-definition.ts';
import {
  COMPENSATION_REASONS,
  currenciesOf,
  everyOf,
  FAILURE_REASONS,
  isCorrelator,
  isIntake,
  missingSets,
  PROCESSING_OUTCOMES,
  REBUILD_CAUSES,
  resolutionsOf,
  SCRAPE_SOURCES,
  SPAN_LOSSES,
  stagesOf,
} from './metric-labels.ts';
import {
  atConsumer,
  atCorrelator,
  ofConsumer,
  ofService,
  perDurable,
  perLast,
  perMessageFault,
  perMoneyFlow,
  perPublishedType,
} from './metric-series.ts';

const all = 'every service';
const consumers = 'services that consume';
const correlator = 'kitchen-service';
const stepSeconds = { type: 'histogram', unit: 'seconds', kept: 'process', buckets: () => stepBuckets } as const;
const orderSeconds = { type: 'histogram', unit: 'seconds', kept: 'process', buckets: orderBuckets } as const;
const total = { type: 'counter', unit: 'events', kept: 'process' } as const;
const kitchenCounter = { type: 'counter', kept: 'store', by: correlator } as const;
const kitchenGauge = { ...kitchenCounter, type: 'gauge' } as const;
const perService = { by: consumers, labels: ['service'], series: ofConsumer } as const;
const ofDurable = {
  type: 'gauge',
  unit: 'messages',
  kept: 'broker',
  by: consumers,
  labels: ['service', 'durable'],
  series: perDurable,
} as const;

/** THE catalogue: every metric of the stack but Node's own, each defined here and nowhere else. */
export const metrics = {
  ordersWaiting: {
    ...kitchenGauge,
    name: 'pizza_orders_waiting',
    unit: 'orders',
    meaning: 'Orders that wait, by what they wait for: the requirements not fulfilled yet.',
    labels: ['missing'],
    series: atCorrelator(({ flow }) => ({ missing: missingSets(flow) })),
  },
  oldestWaiting: {
    name: 'pizza_oldest_waiting_seconds',
    type: 'gauge',
    unit: 'seconds',
    kept: 'store',
    by: 'kitchen-service (its store), order-service (the stream)',
    meaning:
      'Age of the oldest order that waits: at the kitchen since its clock started, at the intake an accepted order without an outcome.',
    labels: ['service'],
    series: (scope) => (isCorrelator(scope) || isIntake(scope) ? ofService(scope) : undefined),
  },
  orderStage: {
    ...kitchenCounter,
    name: 'pizza_order_stage_total',
    unit: 'orders',
    meaning: 'Orders that reached a stage. created: the kitchen knows of the order, whichever event came first.',
    labels: ['stage'],
    series: atCorrelator(({ flow }) => ({ stage: stagesOf(flow) })),
  },
  ordersResolved: {
    ...kitchenCounter,
    name: 'pizza_orders_resolved_total',
    unit: 'orders',
    meaning: 'Orders decided, by outcome, by what was missing (timeout) and by what cancelled them.',
    labels: ['outcome', 'missing', 'reason'],
    series: (scope) => (isCorrelator(scope) ? resolutionsOf(scope.flow) : undefined),
  },
  timeToReady: {
    ...orderSeconds,
    name: 'pizza_order_time_to_ready_seconds',
    by: correlator,
    meaning: "From the order's own time to ready, by the requirement that came last. Ready orders only.",
    labels: ['last'],
    series: perLast,
  },
  joinWait: {
    ...orderSeconds,
    name: 'pizza_order_join_wait_seconds',
    by: correlator,
    meaning: 'From the first contribution to ready, by the requirement that came last. Ready orders only.',
    labels: ['last'],
    series: perLast,
  },
  processing: {
    ...stepSeconds,
    name: 'pizza_event_processing_seconds',
    by: consumers,
    meaning: 'Processing of one delivery, its settlement included, by how it ended.',
    labels: ['service', 'type', 'outcome'],
    series: atConsumer(({ service, reacts }) => ({ service: [service], type: reacts, outcome: PROCESSING_OUTCOMES })),
  },
  eventAge: {
    ...orderSeconds,
    name: 'pizza_event_age_seconds',
    by: consumers,
    meaning: 'From the time that an event says it occurred to the end of its processing. Hosts must agree on the time.',
    labels: ['service', 'type'],
    series: atConsumer(({ service, reacts }) => ({ service: [service], type: reacts })),
  },
  eventsPublished: {
    ...total,
    name: 'pizza_events_published_total',
    by: all,
    meaning: 'Events that the stream stored; a copy that it dropped does not count.',
    labels: ['service', 'type'],
    series: perPublishedType,
  },
  publishSeconds: {
    ...stepSeconds,
    name: 'pizza_publish_seconds',
    by: all,
    meaning: 'From publish to PubAck, or to its failure.',
    labels: ['service', 'type'],
    series: perPublishedType,
  },
  eventFailures: {
    ...total,
    name: 'pizza_event_failures_total',
    by: consumers,
    meaning: 'Deliveries that failed. fault: to be tried again; any other reason: dead-lettered.',
    labels: ['service', 'type', 'reason'],
    series: atConsumer(({ service, reacts }) => ({ service: [service], type: reacts, reason: FAILURE_REASONS })),
  },
  compensations: {
    ...kitchenCounter,
    name: 'pizza_compensations_total',
    unit: 'events',
    meaning: 'Compensations asked for, by the request and why.',
    labels: ['kind', 'reason'],
    series: atCorrelator(({ flow }) => ({
      kind: flow.requirements.map(({ compensation }) => compensation),
      reason: COMPENSATION_REASONS,
    })),
  },
  money: {
    name: 'pizza_money_total',
    type: 'counter',
    unit: 'minor units',
    kept: 'store',
    by: 'payment-service (captured, refunded), kitchen-service (sold)',
    meaning: 'Money that moved, in minor units (pence). sold: its order became ready.',
    labels: ['flow', 'currency'],
    series: perMoneyFlow,
  },
  moneyHeld: {
    ...kitchenGauge,
    name: 'pizza_money_held',
    unit: 'minor units',
    meaning:
      'Money charged for orders that wait, in minor units: known to the kitchen, neither sold nor asked back. At rest captured = sold + refunded + held.',
    labels: ['currency'],
    series: atCorrelator(({ flow }) => ({ currency: currenciesOf(flow) })),
  },
  httpSeconds: {
    ...stepSeconds,
    name: 'pizza_http_request_seconds',
    by: 'services with an HTTP edge',
    meaning: 'From request to the end of the answer, by route template (`none`: no such route) and status.',
    labels: ['route', 'status'],
    series: (scope) => (isIntake(scope) ? [] : undefined),
  },
  storeSeconds: {
    ...stepSeconds,
    name: 'pizza_store_seconds',
    by: consumers,
    meaning: 'One call of the store, failed ones included.',
    labels: ['service', 'operation'],
    series: atConsumer(({ service }) => ({ service: [service], operation: STORE_OPERATIONS })),
  },
  eventsInFlight: {
    ...perService,
    name: 'pizza_events_in_flight',
    type: 'gauge',
    unit: 'events',
    kept: 'process',
    meaning: 'Deliveries being handled now.',
  },
  chaosInjected: {
    ...total,
    unit: 'faults',
    name: 'pizza_chaos_injected_total',
    by: all,
    meaning: 'Faults injected on purpose; a fault of a dependency has its name as type, and appears with the first.',
    labels: ['fault', 'type'],
    series: perMessageFault,
  },
  sweeperLag: {
    ...perService,
    name: 'pizza_sweeper_lag_seconds',
    type: 'gauge',
    unit: 'seconds',
    kept: 'store',
    meaning: 'For how long the order that is due first has been due and not attended to; 0 when none is.',
  },
  deadLetters: {
    ...perService,
    ...total,
    name: 'pizza_dead_letters_total',
    meaning: 'Deliveries given up as dead letters.',
  },
  deadLettersPending: {
    ...perService,
    name: 'pizza_dead_letters_pending',
    type: 'gauge',
    unit: 'messages',
    kept: 'broker',
    meaning: 'Dead letters that the broker keeps: neither redriven nor expired.',
  },
  rebuildRunning: {
    ...perService,
    name: 'pizza_rebuild_running',
    type: 'gauge',
    unit: 'rebuilds',
    kept: 'process',
    meaning: '1 while the service is paused since its store lost data, whoever rebuilds it from the stream.',
  },
  rebuilds: {
    name: 'pizza_rebuilds_total',
    type: 'counter',
    unit: 'rebuilds',
    kept: 'process',
    by: consumers,
    meaning:
      'Rebuilds that this process completed. wiped: all was lost; restarted: the end may have been; rebuilding: one that another process left.',
    labels: ['service', 'cause'],
    series: atConsumer(({ service }) => ({ service: [service], cause: REBUILD_CAUSES })),
  },
  rebuildSeconds: {
    ...perService,
    name: 'pizza_rebuild_seconds',
    type: 'gauge',
    unit: 'seconds',
    kept: 'process',
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
  scrapeErrors: {
    ...total,
    unit: 'errors',
    name: 'pizza_scrape_errors_total',
    by: all,
    meaning: 'Scrapes at which the store or the broker did not answer in time: its series are absent then, not stale.',
    labels: ['service', 'source'],
    series: ({ service }) => everyOf({ service: [service], source: SCRAPE_SOURCES }),
  },
  spansLost: {
    ...total,
    unit: 'spans',
    name: 'pizza_spans_lost_total',
    by: all,
    meaning:
      'Sampled spans that were not exported. queue-full: they end faster than they are sent; export-failed: the receiver refused them, or did not answer in time.',
    labels: ['service', 'reason'],
    series: ({ service }) => everyOf({ service: [service], reason: SPAN_LOSSES }),
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricKey = keyof typeof metrics;
