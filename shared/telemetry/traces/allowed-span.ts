import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { allowedAttributes, isAllowedResourceAttribute } from './attributes.ts';

type Resource = ReadableSpan['resource'];

/** What may leave the process: allowed attributes of span, events, links and resource, and a status without text. */
export function allowedSpan(span: ReadableSpan): ReadableSpan {
  const context = span.spanContext();
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => context,
    ...(span.parentSpanContext && { parentSpanContext: span.parentSpanContext }),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    status: { code: span.status.code },
    attributes: pick(span.attributes, isAllowed),
    links: span.links.map(withAllowedAttributes),
    events: span.events.map(withAllowedAttributes),
    resource: allowedResource(span.resource),
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

const isAllowed = (name: string): boolean => allowedAttributes.has(name);

const withAllowedAttributes = <T extends { attributes?: Attributes }>(part: T): T =>
  part.attributes ? { ...part, attributes: pick(part.attributes, isAllowed) } : part;

const pick = (attributes: Attributes, isWanted: (name: string) => boolean): Attributes =>
  Object.keys(attributes).every(isWanted)
    ? attributes
    : Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)));

/** One per resource: the exporter groups the spans of a batch by the identity of theirs. */
const allowedResources = new WeakMap<Resource, Resource>();

/** Called once the attributes that are detected asynchronously are there: the batch processor waits for them. */
function allowedResource(resource: Resource): Resource {
  let allowed = allowedResources.get(resource);
  if (!allowed) {
    // A resource can only be made by its package; this one differs in its attributes alone.
    const attributes = pick(resource.attributes, isAllowedResourceAttribute);
    allowed = Object.create(resource, { attributes: { value: attributes } }) as Resource;
    allowedResources.set(resource, allowed);
  }
  return allowed;
}
