import { type Attributes, context, ROOT_CONTEXT, type Span, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import { type Flow, subjectOf } from '#shared/contracts/flow.ts';
import type { ConsumerName } from '#shared/kernel/instrumentation.ts';
import type { PublishMiddleware } from '#shared/messaging/bus.ts';
import type { Middleware, Settlement } from '#shared/messaging/failure-policy.ts';
import type { WireMessage } from '#shared/messaging/publisher.ts';
import type { Delivery } from '#shared/messaging/subscriber.ts';
import { attribute, errorTypeOf, failSpan } from './attributes.ts';
import { childOf, spanContextOf, traceparentOf } from './trace-context.ts';

const CONSUMER = { kind: SpanKind.CONSUMER };
const PRODUCER = { kind: SpanKind.PRODUCER };

/** Every delivery is a CONSUMER span, child of the publish's span, or of the event's creation where that has none. */
export function tracedMiddleware(tracer: Tracer, flow: Flow, { type, durable }: ConsumerName): Middleware {
  const destination = destinationOf(flow, type);
  const name = `process ${destination.name}`;
  const constants = {
    ...destination.attributes,
    [attribute.operationName]: 'process',
    [attribute.operationType]: 'process',
    [attribute.consumerGroup]: durable,
  };
  const begin = ({ headers, subject, deliveryCount }: Delivery): Span => {
    const parent = spanContextOf(headers.traceparent, headers.tracestate) ?? spanContextOf(headers['ce-traceparent']);
    const span = tracer.startSpan(name, CONSUMER, childOf(parent));
    if (!span.isRecording()) return span;
    span.setAttributes(constants);
    span.setAttributes(messageAttributes(subject, headers['nats-msg-id'], headers['ce-id']));
    if (deliveryCount > 1) span.setAttribute(attribute.deliveryCount, deliveryCount);
    return span;
  };
  return (next) => async (delivery) => {
    const span = begin(delivery);
    try {
      await context.with(trace.setSpan(ROOT_CONTEXT, span), next, undefined, delivery);
    } finally {
      span.end();
    }
  };
}

/** Says on the active span how its delivery ended: a failure is an error, and any outcome but `ok` also an event. */
export function traceSettlement({ outcome, reason, error }: Settlement): void {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return;
  span.setAttribute(attribute.outcome, outcome);
  if (outcome === 'ok') return;
  if (error === undefined) return void span.addEvent(outcome);
  const errorType = reason ?? errorTypeOf(error);
  span.addEvent(outcome, { [attribute.errorType]: errorType });
  failSpan(span, errorType);
}

/**
 * Every publish is a PRODUCER span, and the message's `traceparent` header names it; `ce-traceparent` stays as it is. Outside of
 * any span, it continues the trace in which its event was created.
 */
export function tracedPublish(tracer: Tracer, flow: Flow): PublishMiddleware {
  const publishes = new Map<string, Destination>();
  for (const type of Object.keys(flow.events))
    publishes.set(`${flow.subjectPrefix}.${type}`, publishTo(destinationOf(flow, type)));
  const find = (subject: string): Destination =>
    publishes.get(subject.slice(0, subject.lastIndexOf('.'))) ?? publishTo(otherDestination(subject));
  return (next) =>
    async function traced(message, options) {
      const { headers, subject } = message;
      const { name, attributes } = find(subject);
      const creation = trace.getActiveSpan() ? undefined : spanContextOf(headers['ce-traceparent']);
      const span = tracer.startSpan(name, PRODUCER, creation && childOf(creation));
      if (span.isRecording()) {
        span.setAttributes(attributes);
        span.setAttributes(messageAttributes(subject, headers['Nats-Msg-Id'], headers['ce-id']));
      }
      try {
        const ack = await next(withContext(message, span), options);
        if (ack.duplicate) span.addEvent('duplicate');
        return ack;
      } catch (error) {
        failSpan(span, errorTypeOf(error));
        throw error;
      } finally {
        span.end();
      }
    };
}

const publishTo = ({ name, attributes }: Destination): Destination => ({
  name: `publish ${name}`,
  attributes: { ...attributes, [attribute.operationName]: 'publish', [attribute.operationType]: 'send' },
});

function withContext(message: WireMessage, span: Span): WireMessage {
  const context = span.spanContext();
  const tracestate = context.traceState?.serialize();
  return {
    ...message,
    headers: { ...message.headers, traceparent: traceparentOf(context), ...(tracestate && { tracestate }) },
  };
}

/** What the spans of all messages of one type on one kind of subject have in common. */
interface Destination {
  /** The subject without the order id: `pizza.payment.completed`. */
  readonly name: string;
  readonly attributes: Attributes;
}

/** Length and characters of ids: a text that somebody wrote is not taken for one. */
const ID = /^[\w.:@/-]{1,200}$/;

function destinationOf(flow: Flow, type: string): Destination {
  const owner = flow.events[type]?.owner;
  return {
    name: `${flow.subjectPrefix}.${type}`,
    attributes: {
      [attribute.system]: 'nats',
      [attribute.destinationTemplate]: subjectOf(flow, type, '{orderId}'),
      [attribute.eventType]: flow.typePrefix + type,
      ...(owner && { [attribute.eventSource]: owner }),
    },
  };
}

/** The destination of a dead letter, or of a subject that is not in the flow. */
function otherDestination(subject: string): Destination {
  const name = /^dlq\.[a-z-]+\.[a-z.]+$/.test(subject) ? subject : 'other';
  return { name, attributes: { [attribute.system]: 'nats', [attribute.destinationTemplate]: name } };
}

function messageAttributes(subject: string, messageId: string | undefined, eventId: string | undefined): Attributes {
  const orderId = subject.slice(subject.lastIndexOf('.') + 1);
  const attributes: Attributes = {};
  if (ID.test(subject)) attributes[attribute.destination] = subject;
  if (ID.test(orderId)) {
    attributes[attribute.orderId] = orderId;
    attributes[attribute.conversationId] = orderId;
  }
  if (messageId !== undefined && ID.test(messageId)) attributes[attribute.messageId] = messageId;
  if (eventId !== undefined && ID.test(eventId)) attributes[attribute.eventId] = eventId;
  return attributes;
}
