import { context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { Flow } from '#shared/contracts/flow.ts';
import type { ConsumerName } from '#shared/kernel/instrumentation.ts';
import type { Middleware, Settlement } from '#shared/messaging/failure-policy.ts';
import type { Delivery } from '#shared/messaging/subscriber.ts';
import { attribute } from './attributes.ts';
import { destinationOf, errorTypeOf, messageAttributes } from './message-identity.ts';
import { spanContextOf } from './trace-context.ts';

/**
 * Every delivery is a CONSUMER span, child of the span that published the message (of the event's creation when a
 * publisher sent no context of its own). It begins in the root context: nothing that was active when the consumer was
 * started leaks into it.
 */
export function tracedMiddleware(tracer: Tracer, flow: Flow, { type, durable }: ConsumerName): Middleware {
  const destination = destinationOf(flow, type);
  const name = `process ${destination.name}`;
  const constants = {
    ...destination.attributes,
    [attribute.operationName]: 'process',
    [attribute.operationType]: 'process',
    [attribute.consumerGroup]: durable,
  };
  const begin = (delivery: Delivery): Span => {
    const { headers, subject, deliveryCount } = delivery;
    const span = tracer.startSpan(name, CONSUMER, parentOf(headers));
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

const CONSUMER = { kind: SpanKind.CONSUMER };

function parentOf(headers: Delivery['headers']) {
  const parent = spanContextOf(headers.traceparent, headers.tracestate) ?? spanContextOf(headers['ce-traceparent']);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}

/** Says on the active span how its delivery ended: failures are errors, and what did not simply count is an event, too. */
export function traceSettlement({ outcome, reason, error }: Settlement): void {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return;
  span.setAttribute(attribute.outcome, outcome);
  if (outcome === 'ok') return;
  if (error === undefined) return void span.addEvent(outcome);
  const errorType = reason ?? errorTypeOf(error);
  span.addEvent(outcome, { [attribute.errorType]: errorType });
  span.setAttribute(attribute.errorType, errorType);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
