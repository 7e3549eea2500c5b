import { z } from 'zod';
import type { Flow } from '#shared/contracts/flow.ts';

/** Short type -> JSON Schema of its data, from the contract table. */
export const eventDataSchemas = (flow: Flow): Record<string, object> =>
  Object.fromEntries(Object.entries(flow.events).map(([type, { schema }]) => [type, z.toJSONSchema(schema)]));

/** An event as the intake shows it: CloudEvents 1.0, structured JSON. */
export const cloudEventSchema = (flow: Flow): object => ({
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'time', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string' },
    source: { enum: [...new Set(Object.values(flow.events).map(({ owner }) => owner))] },
    type: { enum: Object.keys(flow.events).map((type) => flow.typePrefix + type) },
    time: { type: 'string', format: 'date-time' },
    datacontenttype: { type: 'string' },
    dataschema: { type: 'string', format: 'uri' },
    subject: { type: 'string', description: 'The order id' },
    correlationid: { type: 'string', description: 'The order id' },
    causationid: { type: 'string', description: 'Id of the event that caused it' },
    partitionkey: { type: 'string' },
    traceparent: { type: 'string', description: 'W3C trace context of its creation' },
    data: { anyOf: Object.keys(flow.events).map((type) => ({ $ref: `#/components/schemas/${type}` })) },
  },
});
