import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { serviceNames } from '#shared/runtime/pattern.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { followOrder, placeSampleOrder } from '../commands/sample-order.ts';
import { type Stack, startStack } from '../stack.ts';
import { askPrometheus, describeAnswers, scrapedSince } from './ask-prometheus.ts';

const signal = AbortSignal.timeout(240_000);
let stack: Stack;
let url: string;
const onNotice = vi.fn();

beforeAll(async () => {
  stack = await startStack({ prometheus: true, onNotice });
  url = stack.prometheus?.url ?? '';
  // Prometheus first scrapes five to ten seconds after its start: one wait for what the first two tests look at.
  const orderId = await placeSampleOrder(stack.orderUrl ?? '', pizzaFlow);
  await followOrder(stack.orderUrl ?? '', orderId, { flow: pizzaFlow, withinMs: 20_000, signal });
  expect(await allScraped()).toBe(true);
});
afterAll(() => stack?.stop());

const allScraped = () =>
  scrapedSince(url, { targets: stack.services.length, since: Date.now(), withinMs: 60_000, signal });

test('every service is scraped under its own name, replicas apart, without a label called service', async () => {
  expect(onNotice).not.toHaveBeenCalled();
  const up = await askPrometheus(url, 'up');
  expect(up.map(({ labels }) => labels.job).sort()).toEqual(serviceNames(choreography));
  expect(up.map(({ value }) => value)).toEqual(up.map(() => 1));
  expect(up.flatMap(({ labels }) => Object.keys(labels)).filter((label) => label === 'service')).toEqual([]);
});

test('after an order Prometheus knows its outcome, how long it took, and that none waits', async () => {
  // What the kitchen's store counts is kept for longer than half a second where the store was slow to answer.
  const lines = await eventually(
    async () => {
      const said = await describeAnswers(url, signal);
      return said[0]?.includes('1 ready') ? said : undefined;
    },
    'the order in Prometheus',
    60_000,
  );
  expect(lines[0]).toMatch(/Orders by outcome {4}.*1 ready/);
  expect(lines[2]).toMatch(/95 % ready within {4}\d+ ms/);
  expect(lines[4]).toMatch(/Orders waiting {7}0$/);
  for (const line of lines.filter((_, index) => index % 2 === 1)) expect((await fetch(line.trim())).status).toBe(200);
});

test('a service that was restarted is scraped again', async () => {
  const [service] = stack.services;
  await service?.restart('SIGKILL');
  expect(await allScraped()).toBe(true);
  const up = async () => (await askPrometheus(url, 'up == 1')).length === stack.services.length || undefined;
  await eventually(up, 'every service to be scraped', 60_000);
});

test('it keeps exemplars, and binds to loopback only', async () => {
  const { data } = (await (await fetch(`${url}/api/v1/status/flags`)).json()) as { data: Record<string, string> };
  expect(data['enable-feature']).toBe('exemplar-storage');
  expect(data['web.listen-address']).toMatch(/^127\.0\.0\.1:/);
  expect((await fetch(`${url}/api/v1/query_exemplars?query=up&start=0&end=1`)).status).toBe(200);
});

test('it ends with the stack', async () => {
  const services = [{ name: 'fixture-service', main: join(import.meta.dirname, '../fixtures/service.ts') }];
  const other = await startStack({ prometheus: true, services });
  const its = other.prometheus?.url ?? '';
  expect((await fetch(`${its}/-/ready`)).ok).toBe(true);
  await other.stop();
  await expect(fetch(`${its}/-/ready`)).rejects.toThrow();
});
