import { type Span, SpanStatusCode } from '@opentelemetry/api';

/**
 * Every span attribute that leaves a process; `allowedSpan` removes all others. None holds free text or card data: names and
 * states are of closed sets, the rest ids and numbers. Names: OpenTelemetry semantic conventions 1.44, in part in development.
 */
export const attribute = {
  system: 'messaging.system',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  /** The whole subject, with the order id. */
  destination: 'messaging.destination.name',
  /** `pizza.payment.completed.{orderId}`: what spans are named and grouped by. */
  destinationTemplate: 'messaging.destination.template',
  /** The `Nats-Msg-Id`. */
  messageId: 'messaging.message.id',
  /** The order id: one conversation is one order. */
  conversationId: 'messaging.message.conversation_id',
  /** The durable. */
  consumerGroup: 'messaging.consumer.group.name',
  eventId: 'cloudevents.event_id',
  eventType: 'cloudevents.event_type',
  eventSource: 'cloudevents.event_source',
  orderId: 'pizza.order.id',
  /** ok, duplicate, late, conflict, rejected, retry, dead_letter. */
  outcome: 'pizza.outcome',
  /** A fault was injected on purpose: its name. */
  fault: 'pizza.fault',
  /** Absent on the first delivery. */
  deliveryCount: 'pizza.delivery_count',
  /** On the span that ended the order: ready, cancelled, timeout. */
  joinOutcome: 'pizza.join.outcome',
  /** The requirement whose event came last. */
  joinLastEvent: 'pizza.join.last_event',
  /** Ms that were left until the deadline; negative after it. */
  joinSlack: 'pizza.join.slack_ms',
  /** Ms from the first contribution to the decision. */
  joinWait: 'pizza.join.wait_ms',
  /** Requirements that were missing, sorted, joined by `+`. */
  joinMissing: 'pizza.join.missing',
  /** payment-failed and the like, without the details that its owner gave. */
  joinReason: 'pizza.join.reason',
  /** On a link: the type of the event that it leads to. */
  joinContribution: 'pizza.join.contribution',
  /** A dead letter's reason, the name of an error, or an HTTP status. */
  errorType: 'error.type',
  exceptionType: 'exception.type',
  route: 'http.route',
  requestMethod: 'http.request.method',
  responseStatus: 'http.response.status_code',
  protocolVersion: 'network.protocol.version',
  urlScheme: 'url.scheme',
  /** Ms that the span waited for the store, all of its calls together. */
  storeWait: 'pizza.store.wait_ms',
} as const;

export const allowedAttributes: ReadonlySet<string> = new Set(Object.values(attribute));

/** Of the resource: what says which process it was, and nothing of its command line, user or folders. */
export const isAllowedResourceAttribute = (name: string): boolean =>
  !/^process\.(command|owner|executable|parent)|^host\.(id|ip|mac)/.test(name);

/** Marks a span as failed, without any text of the error. */
export function failSpan(span: Span, errorType: string): void {
  span.setAttribute(attribute.errorType, errorType);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The name of an error's class: whatever else it says is text. */
export function errorTypeOf(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  return /^[A-Za-z][A-Za-z0-9]{0,40}$/.test(name) ? name : '_OTHER';
}
