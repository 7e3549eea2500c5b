import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { serviceNames } from '#shared/runtime/pattern.ts';
import { placeSampleOrder } from '#shared/stack/commands/sample-order.ts';
import { startStack } from '#shared/stack/stack.ts';
import { eventually } from '#shared/testing/eventually.ts';

type Line = Readonly<Record<string, unknown>>;

/** Parsed lines of all services, as they come. */
function collect() {
  const lines: Line[] = [];
  const onLine = (_service: string, line: string) => void lines.push(JSON.parse(line) as Line);
  const line = (fields: Line) =>
    eventually(
      async () => lines.find((each) => Object.entries(fields).every(([name, value]) => each[name] === value)),
      `a line with ${JSON.stringify(fields)}`,
      60_000,
    );
  return { lines, onLine, line };
}

async function otlpReceiver() {
  const logs: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    if (request.url === '/v1/logs') logs.push(body.toString());
    response.writeHead(200, { 'content-type': request.headers['content-type'] }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, logs, [Symbol.asyncDispose]: async () => void server.close() };
}

test('an order that is decided is one line at info, in its trace, on stdout and over OTLP', async () => {
  await using receiver = await otlpReceiver();
  const { lines, onLine, line } = collect();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/json' };
  await using stack = await startStack({ env, onLine });
  const orderId = await placeSampleOrder(stack.orderUrl ?? '', pizzaFlow);
  const decided = await line({ order_id: orderId, decision: 'ready' });
  expect(decided).toMatchObject({
    service: 'kitchen-service',
    msg: 'order decided',
    last: expect.stringMatching(/^(payment|inventory|chef)$/),
    time_to_ready_ms: expect.any(Number),
    trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
  await stack.stop();
  // Steps are no lines at info: of a healthy order only its decision is told, and that it waits where the machine is slow.
  const told = lines.filter(({ order_id, decision }) => order_id === orderId && decision !== 'stuck');
  expect(told).toHaveLength(1);
  const sent = receiver.logs.find((body) => body.includes(orderId)) ?? '';
  expect(sent).toContain(String(decided.trace_id));
  expect(sent).toContain('"order decided"');
  expect(sent).toContain('kitchen-service');
});

test('an order that waits is told every few seconds, with what it waits for', async () => {
  const { onLine, line } = collect();
  const services = serviceNames(choreography).filter((name) => name !== 'chef-service');
  await using stack = await startStack({ services: services.map((name) => ({ name })), onLine });
  const orderId = await placeSampleOrder(stack.orderUrl ?? '', pizzaFlow);
  const stuck = await line({ order_id: orderId, decision: 'stuck' });
  expect(stuck).toMatchObject({
    service: 'kitchen-service',
    level: 30,
    missing: 'chef',
    waiting_s: expect.any(Number),
  });
});
