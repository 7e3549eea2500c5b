import type { Attributes } from '@opentelemetry/api';
import { type Flow, subjectOf } from '#shared/contracts/flow.ts';
import { attribute } from './attributes.ts';

/** What the spans of all messages of one type on one kind of subject have in common. */
export interface Destination {
  /** The subject without the order id: `pizza.payment.completed`. */
  readonly name: string;
  readonly attributes: Attributes;
}

/** Length and characters of ids: a text that somebody wrote is not taken for one. */
const ID = /^[\w.:@/-]{1,200}$/;

export function destinationOf(flow: Flow, type: string): Destination {
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
export function otherDestination(subject: string): Destination {
  const name = /^dlq\.[a-z-]+\.[a-z.]+$/.test(subject) ? subject : 'other';
  return { name, attributes: { [attribute.system]: 'nats', [attribute.destinationTemplate]: name } };
}

export function messageAttributes(
  subject: string,
  messageId: string | undefined,
  eventId: string | undefined,
): Attributes {
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
