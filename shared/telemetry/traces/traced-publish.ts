import { type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { Flow } from '#shared/contracts/flow.ts';
import type { WireMessage } from '#shared/messaging/publisher.ts';
import type { PublishMiddleware } from '#shared/messaging/with-publish.ts';
import { attribute } from './attributes.ts';
import { type Destination, destinations, errorTypeOf, messageAttributes } from './message-identity.ts';
import { traceparentOf } from './trace-context.ts';

/** Every publish is a PRODUCER span, and the message's `traceparent` header names it; `ce-traceparent` stays as it is. */
export function tracedPublish(tracer: Tracer, flow: Flow): PublishMiddleware {
  const find = destinations(flow);
  const constants = new Map<string, Pick<Destination, 'name' | 'attributes'>>();
  const constantsOf = (destination: Destination) => {
    const found = constants.get(destination.name) ?? publishing(destination);
    constants.set(destination.name, found);
    return found;
  };
  return (next) =>
    function traced(message, options) {
      const { name, attributes } = constantsOf(find(message.subject));
      const span = tracer.startSpan(name, PRODUCER);
      if (span.isRecording()) {
        const { headers, subject } = message;
        span.setAttributes(attributes);
        span.setAttributes(messageAttributes(subject, headers['Nats-Msg-Id'], headers['ce-id']));
      }
      return next(withContext(message, span), options).then(
        (ack) => {
          if (ack.duplicate) span.addEvent('duplicate');
          span.end();
          return ack;
        },
        (error) => {
          span.setAttribute(attribute.errorType, errorTypeOf(error));
          span.setStatus(FAILED);
          span.end();
          throw error;
        },
      );
    };
}

const PRODUCER = { kind: SpanKind.PRODUCER };
const FAILED = { code: SpanStatusCode.ERROR };

const publishing = ({ name, attributes }: Destination): Destination => ({
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
