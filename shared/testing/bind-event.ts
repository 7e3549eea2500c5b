import { type CloudEvent, encodeHeader } from '#shared/messaging/cloud-event.ts';

/** CloudEvents on NATS as others may write them: any attribute, any mode. This stack itself writes by `toWire`. */
export interface Bound {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Binary mode: every attribute in a header `ce-<name>`, the data as body. */
export function toBinary(event: CloudEvent): Bound {
  const headers: Record<string, string> = {};
  for (const name in event) {
    const value = event[name as keyof CloudEvent];
    if (name !== 'data' && value !== undefined) headers[`ce-${name}`] = encodeHeader(String(value));
  }
  return { headers, body: JSON.stringify(event.data) };
}

/** Structured mode: the whole event as JSON. */
export const toStructured = (event: CloudEvent): Bound => ({
  headers: { 'Content-Type': 'application/cloudevents+json; charset=utf-8' },
  body: JSON.stringify(event),
});
