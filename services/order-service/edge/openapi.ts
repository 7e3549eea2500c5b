import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Flow } from '#shared/contracts/flow.ts';
import { orderRequest } from '#shared/contracts/order.ts';
import { BATCH_TYPE } from '../orders/order-status.ts';
import { orderView } from '../orders/order-view.ts';
import { orderAccepted } from '../orders/place-order.ts';
import { IDEMPOTENCY_KEY } from './order-submission.ts';
import { PROBLEM_TYPE, problemDocument } from './problem.ts';

/** `GET /openapi.json`, and `GET /`, which says that it exists. */
export function addOpenApi(server: FastifyInstance, flow: Flow): void {
  const document = openApiOf(flow);
  server.get('/openapi.json', async () => document);
  server.get('/', async () => ({
    service: 'order-service',
    links: {
      openapi: '/openapi.json',
      placeOrder: 'POST /orders',
      order: '/orders/{id}',
      events: '/orders/{id}/events',
      live: '/orders/{id}/live',
    },
  }));
}

/** OpenAPI 3.1 of every route; its schemas are the ones by which the service checks and answers. */
const openApiOf = (flow: Flow) => ({
  openapi: '3.1.0',
  info: { title: 'Order intake', version: '1.0.0', description: 'Takes orders and answers where they stand.' },
  paths: {
    '/': { get: { summary: 'The links of this API', responses: { 200: json('Links', { type: 'object' }) } } },
    '/openapi.json': { get: { summary: 'This document', responses: { 200: json('OpenAPI 3.1', { type: 'object' }) } } },
    '/orders': { post: placeOrder },
    '/orders/{id}': {
      parameters: [idParameter],
      get: { summary: 'How an order stands', responses: { 200: json('The order', ref('OrderView')), ...unknown } },
    },
    '/orders/{id}/events': {
      parameters: [idParameter],
      get: {
        summary: 'The CloudEvents of an order, by stream sequence',
        responses: { 200: content('A batch', BATCH_TYPE, { type: 'array', items: ref('CloudEvent') }), ...unknown },
      },
    },
    '/orders/{id}/live': { parameters: [idParameter], get: watchOrder, head: { ...watchOrder } },
  },
  components: {
    schemas: {
      OrderRequest: z.toJSONSchema(orderRequest),
      OrderAccepted: z.toJSONSchema(orderAccepted),
      OrderView: z.toJSONSchema(orderView),
      Problem: z.toJSONSchema(problemDocument),
      CloudEvent: cloudEventSchema(flow),
      ...eventDataSchemas(flow),
    },
  },
});

/** Short type -> JSON Schema of its data, from the contract table. */
const eventDataSchemas = (flow: Flow): Record<string, object> =>
  Object.fromEntries(Object.entries(flow.events).map(([type, { schema }]) => [type, z.toJSONSchema(schema)]));

/** An event as the intake shows it: CloudEvents 1.0, structured JSON. */
const cloudEventSchema = (flow: Flow): object => ({
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

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const content = (description: string, type: string, schema: object) => ({
  description,
  content: { [type]: { schema } },
});
const json = (description: string, schema: object) => content(description, 'application/json', schema);
const problem = (description: string) => content(description, PROBLEM_TYPE, ref('Problem'));
const unavailable = {
  ...problem(
    'Not now. `urn:problem:broker-away`: an order may have been taken. `stream-full` or any other: it was not',
  ),
  headers: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } },
};
const unknown = { 400: problem('No order id'), 404: problem('No such order'), 503: unavailable };

const idParameter = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
};
const headerParameter = (name: string, description: string, schema: object) => ({
  name,
  in: 'header',
  description,
  schema,
});

const placeOrder = {
  summary: 'Place an order',
  parameters: [
    headerParameter(
      'Idempotency-Key',
      'Makes repeating safe: with the same key a customer has one order. A string (RFC 8941), of which the quotes may be left out. Remembered as long as the stream keeps events.',
      { type: 'string', pattern: IDEMPOTENCY_KEY.source },
    ),
    headerParameter('traceparent', 'W3C trace context that the order joins.', { type: 'string' }),
  ],
  requestBody: { required: true, content: { 'application/json': { schema: ref('OrderRequest') } } },
  responses: {
    202: {
      ...json('The stream holds the order; the status is the one at that moment', ref('OrderAccepted')),
      headers: { Location: { schema: { type: 'string' } }, traceparent: { schema: { type: 'string' } } },
    },
    400: problem('Lists every problem of the order'),
    413: problem('More than 256 KB'),
    415: problem('No JSON, or compressed'),
    422: problem('The Idempotency-Key belongs to an order with other contents'),
    503: unavailable,
  },
};

const watchOrder = {
  summary: 'The events of an order so far and to come, as server-sent events; ends with `event: end`',
  parameters: [
    headerParameter('Last-Event-ID', 'The sequence seen last: only later events are sent.', { type: 'integer' }),
  ],
  responses: {
    200: content('`event` is the short type, `id` the stream sequence, `data` a CloudEvent', 'text/event-stream', {
      type: 'string',
    }),
    204: { description: 'Last-Event-ID was the last event that the order will have' },
    ...unknown,
  },
};
