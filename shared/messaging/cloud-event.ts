/**
 * A CloudEvent as this stack carries it: CloudEvents 1.0 with JSON data. On output all attributes below are set; on
 * input only the core ones and the data count, so that the workshop's own events are accepted as they are.
 * Structurally a `CloudEventV1` of the CloudEvents SDK. Source: CloudEvents specification 1.0.2 and its extensions
 * "correlation", "partitioning" and "distributed tracing".
 */
export interface CloudEvent<D = Record<string, unknown>> {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  /** Full type, with the flow's prefix. */
  readonly type: string;
  /** RFC 3339. */
  readonly time: string;
  readonly datacontenttype: string;
  readonly dataschema?: string;
  /** The order's id. */
  readonly subject?: string;
  readonly correlationid?: string;
  /** Id of the event that caused this one. */
  readonly causationid?: string;
  readonly partitionkey?: string;
  /** W3C trace context of the event's creation; the NATS header `traceparent` is the current hop. */
  readonly traceparent?: string;
  readonly data: D;
}
