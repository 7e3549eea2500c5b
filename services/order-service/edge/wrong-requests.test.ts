import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { InjectOptions } from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { anOrder } from '../fixtures/publish-event.ts';
import { createIntake } from './intake.ts';

const intake = createIntake({ flow: pizzaFlow, bus: createMemoryBus() });
afterAll(() => intake.close());

const json = { 'content-type': 'application/json' };
const payload = JSON.stringify(anOrder);
const large = JSON.stringify({ ...anOrder, pizzaType: 'x'.repeat(256 * 1024) });

const encoded = (encoding: string, body: string | Buffer): InjectOptions => ({
  method: 'POST',
  url: '/orders',
  headers: { ...json, 'content-encoding': encoding },
  payload: body,
});

/** Bytes sent as they are -> the whole answer. */
async function send(bytes: string): Promise<string> {
  const server = createIntake({ flow: pizzaFlow, bus: createMemoryBus() });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  const answer = await text(socket);
  await server.close();
  return answer;
}

const table: [string, InjectOptions, number, string][] = [
  ['a body over 256 KB', { method: 'POST', url: '/orders', headers: json, payload: large }, 413, 'too-large'],
  [
    'a body of another type',
    { method: 'POST', url: '/orders', headers: { 'content-type': 'text/plain' }, payload },
    415,
    'unsupported-media-type',
  ],
  [
    'a form',
    {
      method: 'POST',
      url: '/orders',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'a=b',
    },
    415,
    'unsupported-media-type',
  ],
  ['a body of no type', { method: 'POST', url: '/orders', payload }, 415, 'unsupported-media-type'],
  ['a compressed body', encoded('gzip', gzipSync(payload)), 415, 'unsupported-encoding'],
  ['a body encoded twice', encoded('identity, br', payload), 415, 'unsupported-encoding'],
  ['no body at all', { method: 'POST', url: '/orders' }, 400, 'invalid-order'],
  ['an unknown path', { url: '/pizzas' }, 404, 'unknown-path'],
  ['an unknown path, with any body', { method: 'POST', url: '/pizzas', payload: 'x' }, 404, 'unknown-path'],
  ['a path below', { url: '/orders/12345/events/1' }, 404, 'unknown-path'],
  ['no order id', { url: '/orders/' }, 400, 'invalid-id'],
  ['an order that nobody placed', { url: '/orders/12345' }, 404, 'unknown-order'],
  ['events of an order that nobody placed', { url: '/orders/12345/events' }, 404, 'unknown-order'],
  ['live events of an order that nobody placed', { url: '/orders/12345/live' }, 404, 'unknown-order'],
  ['a wildcard for an order id', { url: '/orders/*' }, 400, 'invalid-id'],
  ['a subject for an order id', { url: '/orders/a.b/events' }, 400, 'invalid-id'],
  ['an encoded slash', { url: '/orders/..%2Fx/live' }, 400, 'invalid-id'],
  ['a long order id', { url: `/orders/${'x'.repeat(65)}` }, 400, 'invalid-id'],
  ['a very long order id', { url: `/orders/${'x'.repeat(500)}` }, 414, 'long-path'],
  ['a broken percent-encoding', { url: '/orders/%zz' }, 400, 'bad-request'],
];

describe('a wrong request', () => {
  it.each(table)('%s', async (_name, request, status, type) => {
    const answer = await intake.inject(request);
    expect(answer.json()).toMatchObject({
      status,
      type: `urn:problem:${type}`,
      title: expect.any(String),
      detail: expect.any(String),
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it.each([
    ['PUT', '/orders', 'POST, OPTIONS'],
    ['GET', '/orders', 'POST, OPTIONS'],
    ['DELETE', '/orders/12345', 'GET, HEAD, OPTIONS'],
    ['POST', '/orders/12345/live', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/', 'GET, HEAD, OPTIONS'],
  ] as const)('%s %s is the wrong method, and Allow names the right ones', async (method, url, allow) => {
    const answer = await intake.inject({ method, url });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow]);
    expect(answer.json().type).toBe('urn:problem:wrong-method');
  });

  it('an encoding that is not read is answered with the one that is, which may be named', async () => {
    expect((await intake.inject(encoded('gzip', 'x'))).headers['accept-encoding']).toBe('identity');
    expect((await intake.inject(encoded('Identity', payload))).statusCode).toBe(202);
  });

  it('OPTIONS tells what a path takes', async () => {
    const answer = await intake.inject({ method: 'OPTIONS', url: '/orders' });
    expect([answer.statusCode, answer.headers.allow, answer.body]).toEqual([204, 'POST, OPTIONS', '']);
  });

  it('HEAD answers as GET does, without a body', async () => {
    const { orderId } = (await intake.inject({ method: 'POST', url: '/orders', payload: anOrder })).json();
    for (const end of ['', '/events', '/live']) {
      const known = await intake.inject({ method: 'HEAD', url: `/orders/${orderId}${end}` });
      expect([known.statusCode, known.body]).toEqual([200, '']);
      expect((await intake.inject({ method: 'HEAD', url: `/orders/nobody${end}` })).statusCode).toBe(404);
    }
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s on the socket is answered as a problem, too', async (_name, bytes, status) => {
    const answer = await send(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('application/problem+json');
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status });
  });

  it.each([
    ['OPTIONS *', 204, 'GET, HEAD, POST, OPTIONS'],
    ['OPTIONS http://pizza.example', 204, 'GET, HEAD, POST, OPTIONS'],
    ['OPTIONS http://pizza.example/', 204, 'GET, HEAD, OPTIONS'],
    ['OPTIONS HTTPS://pizza.example:80/orders?x=1', 204, 'POST, OPTIONS'],
    ['GET http://pizza.example', 200, undefined],
    ['GET http://pizza.example/openapi.json?x=/orders', 200, undefined],
    ['GET http://pizza.example/orders/nobody', 404, undefined],
    ['PUT http://pizza.example/orders', 405, 'POST, OPTIONS'],
    ['PUT http://pizza.example', 405, 'GET, HEAD, OPTIONS'],
    ['GET http://pizza.example/pizzas', 404, undefined],
    ['GET *', 400, undefined],
  ])('%s is answered by the form of its target (RFC 9112 §3.2)', async (line, status, allow) => {
    const answer = await send(`${line} HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(/^allow: (.*)\r$/im.exec(answer)?.[1]).toBe(allow);
  });
});
