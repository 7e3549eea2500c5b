import type { Attributes } from '@opentelemetry/api';
import { type Flow, subjectOf } from '#shared/contracts/flow.ts';
import { attribute } from './attributes.ts';

/** What the spans of all messages of one type on one kind of subject have in common. */
export interface Destination {
  /** The subject without the order id: `pizza.payment.completed`. */
  readonly name: string;
  readonly attributes: Attributes;
}

/** Length and characters of ids, so that nobody's text gets in as one. */
const ID = /^[\w.:@/-]{1,200}$/;
const OTHER_DESTINATION = 'other';

/** The destination of a short type's events. */
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

/** Finds the destination of a subject: of the flow's events, of a dead letter, or of something else. */
export function destinations(flow: Flow): (subject: string) => Destination {
  const known = new Map(
    Object.keys(flow.events).map((type) => [`${flow.subjectPrefix}.${type}`, destinationOf(flow, type)]),
  );
  const letters = new Map<string, Destination>();
  const letter = (subject: string): Destination => {
    const name = /^dlq\.[a-z-]+\.[a-z.]+$/.test(subject) ? subject : OTHER_DESTINATION;
    const found = letters.get(name) ?? {
      name,
      attributes: { [attribute.system]: 'nats', [attribute.destinationTemplate]: name },
    };
    letters.set(name, found);
    return found;
  };
  return (subject) => known.get(subject.slice(0, subject.lastIndexOf('.'))) ?? letter(subject);
}

/** The ids of one message, from its subject and headers (names in any of these two spellings). */
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

/** The name of an error's class: whatever else it says is text. */
export function errorTypeOf(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  return /^[A-Za-z][A-Za-z0-9]{0,40}$/.test(name) ? name : '_OTHER';
}
