import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { CloudEvent } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { pattern } from '#services/patterns/choreography/pattern.ts';
import { contractOf, deadLetterStream } from '#shared/contracts/flow.ts';
import { foreignFields } from '#shared/contracts/ownership.ts';
import { blankOrder, changeOf } from '#shared/kernel/order.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import { streamsOf } from '#shared/messaging/jetstream/topology.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { rightsOf } from '#shared/stack/access/access.ts';
import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import { anEvent, behaviourOf, createBench } from '#shared/testing/rules-bench.ts';
import { alertNames, runbookPage } from '../observability/prometheus/rules/alert-catalogue.ts';
import { alertRules } from '../observability/prometheus/rules/alerts.ts';
import { kitchenService } from './kitchen-service/service.ts';
import type { KitchenState } from './kitchen-service/state.ts';

const { flow, services } = pattern;
const { requirements, outcomes } = flow;
const types = Object.keys(flow.events);
const settings = readSettings({});
const kitchen = behaviourOf<KitchenState>(kitchenService);
const { given } = createBench(kitchenService, kitchen);

const eventOf = (type: string, data: object = {}, orderId = '12345') => {
  const { owner, example } = contractOf(flow, type);
  const draft = { type, data: { ...example, ...data, orderId } };
  return buildEvent(flow, draft, { orderId, source: owner, now: Date.now() });
};
const events = () => types.map((type) => eventOf(type));
const anExample = (type: string) => anEvent(type, { ...contractOf(flow, type).example, orderId: '1' });
const fulfilments = requirements.map(({ fulfilled }) => anExample(fulfilled));
const start = anExample(flow.start);
const streams = streamsOf(flow, {
  retentionMs: settings.RETENTION,
  deadLetterRetentionMs: settings.DEAD_LETTER_RETENTION,
});

type Item = readonly [item: string, how: string, check: () => void];

const event: readonly Item[] = [
  [
    'Uses CloudEvents specification',
    '1.0, accepted by its own library',
    () => {
      for (const { traceparent: _, ...attributes } of events())
        expect(new CloudEvent({ ...attributes }).validate()).toBe(true);
    },
  ],
  [
    'Has unique event ID',
    'it follows from domain, order, action and business transaction',
    () => {
      const all = [
        ...events(),
        ...types.map((type) => eventOf(type, {}, 'another')),
        eventOf('payment.completed', { paymentId: 'pay-12345-002' }),
      ];
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    },
  ],
  [
    'Has correlation ID',
    '`correlationid`, `subject` and `partitionkey` are the order’s id',
    () => {
      for (const one of events())
        expect([one.correlationid, one.subject, one.partitionkey]).toEqual(Array(3).fill('12345'));
    },
  ],
  [
    'Event type is semantic',
    '`com.pizzaco.<domain>.<action>`',
    () => {
      for (const { type } of events()) expect(type).toMatch(/^com\.pizzaco\.[a-z]+\.[a-z]+$/);
    },
  ],
  [
    'Contains only data the service owns',
    '[ownership.ts](../shared/contracts/ownership.ts) finds no foreign field',
    () => {
      expect(foreignFields(flow)).toEqual({});
      expect(() => eventOf('chef.assigned', { pizzaType: 'margherita' })).toThrow(
        'chef.assigned has no field pizzaType',
      );
    },
  ],
  [
    'Includes timestamp',
    '`time`, when it happened at its publisher',
    () => {
      for (const { time } of events()) expect(Date.now() - Date.parse(time)).toBeLessThan(60_000);
    },
  ],
  [
    'Is immutable',
    'no service may change or delete a message of the stream',
    () => {
      const rights = rightsOf(pattern);
      // Its own state may be in a stream, too, from which it forgets what has ended.
      const ofItsState = /STREAM\.PURGE\.(EVENTS|KV)_[a-z-]+$/;
      for (const { name } of services) {
        const allowed = rights.get(name)?.nats?.publish.allow.filter((subject) => !ofItsState.test(subject));
        expect(allowed?.join()).not.toMatch(/MSG\.DELETE|PURGE|STREAM\.(UPDATE|DELETE)|API\.>/);
      }
    },
  ],
  [
    'Size < 256KB',
    'a larger one is not published',
    () => {
      const missing = Array(3_000).fill('x'.repeat(100));
      expect(() => toWire(flow, eventOf('inventory.unavailable', { missing }))).toThrow('more than 262144 bytes');
    },
  ],
];

const state: readonly Item[] = [
  [
    'Correlation ID strategy defined',
    'every event has the `orderId`; the order is the document',
    () => {
      for (const { schema, example } of Object.values(flow.events))
        expect(schema.safeParse({ ...example, orderId: undefined }).success).toBe(false);
    },
  ],
  [
    'State storage chosen',
    'Redis, each service its own keys',
    () => {
      const rights = rightsOf(pattern);
      for (const { name } of services) expect(rights.get(name)?.redis?.join(' ')).toContain(`~${name}:`);
    },
  ],
  [
    'TTL/cleanup strategy implemented',
    'a decided order is forgotten after `RETENTION` and the dead letters’ age, a waiting one never',
    () => {
      const [waiting, decided] = [given(start), given(start, ...fulfilments)].map(({ state }) => ({
        ...blankOrder(kitchen.rules, '1'),
        state,
      }));
      const expiry = (order: typeof waiting) => order && changeOf(kitchen.rules, order, order, [], 1_000).expireAfterMs;
      expect([expiry(waiting), expiry(decided)]).toEqual([undefined, 1_000]);
    },
  ],
  [
    'Timeout handling defined',
    '`order.timeout`, judged once the kitchen has caught up with the stream',
    () => {
      const late = { now: settings.ORDER_TIMEOUT, caughtUp: true };
      expect(given(start, { ...late, caughtUp: false }).published).toEqual([]);
      expect(given(start, late).published).toEqual([expect.stringContaining(outcomes.timeout)]);
    },
  ],
  [
    'Idempotency handled',
    'an event that is known changes nothing',
    () => {
      const again = given(start, ...fulfilments, ...fulfilments);
      expect(again.published).toEqual(given(start, ...fulfilments).published);
      expect(again.outcome).toBe('duplicate');
    },
  ],
  [
    'Monitoring in place',
    'every service counts what it processes, the kitchen what waits',
    () => {
      const scopes = services.map(({ name, reacts }) => ({
        flow,
        service: name,
        reacts: Object.keys(reacts(flow)),
        orderTimeoutMs: 1,
      }));
      for (const scope of scopes)
        expect(metrics.processing.series(scope)?.length ?? 0).toBeGreaterThanOrEqual(scope.reacts.length);
      expect(scopes.flatMap((scope) => metrics.ordersWaiting.series(scope) ?? []).length).toBe(
        2 ** requirements.length - 1,
      );
    },
  ],
];

const failure: readonly Item[] = [
  [
    'Timeout duration defined',
    '`ORDER_TIMEOUT`, 30 minutes',
    () => {
      expect(settings.ORDER_TIMEOUT).toBe(30 * 60_000);
    },
  ],
  [
    'Compensation logic implemented',
    'what was fulfilled for an order that is not made is undone',
    () => {
      for (const { fulfilled, compensation } of requirements)
        for (const { rejected } of requirements.filter((other) => other.fulfilled !== fulfilled))
          expect(given(start, anExample(fulfilled), anExample(rejected)).published.join()).toContain(compensation);
    },
  ],
  [
    'Failure events defined',
    'a rejection per requirement, and an outcome for each unhappy end, all with a `reason`',
    () => {
      for (const type of [outcomes.cancelled, outcomes.timeout, ...requirements.map(({ rejected }) => rejected)])
        expect(contractOf(flow, type).example.reason, type).toBeTypeOf('string');
    },
  ],
  [
    'Dead letter queue configured',
    'a stream of its own, and one of the broker’s advisories',
    () => {
      expect(streams.find(({ name }) => name === deadLetterStream(flow))?.subjects).toEqual(['dlq.>']);
      expect(streams.flatMap(({ subjects }) => subjects).join()).toContain('MAX_DELIVERIES');
    },
  ],
  [
    'Alerting configured',
    'dead letters, overdue orders, and each service that is down or consumes nothing',
    () => {
      const rules = alertRules
        .flatMap(({ rules }) => rules)
        .flatMap((rule) =>
          'alert' in rule ? [`${rule.alert} ${rule.labels?.service ?? rule.labels?.durable ?? ''}`] : [],
        );
      const wanted = services.flatMap(({ name, behaviour }) => [
        `ServiceDown ${name}`,
        ...(behaviour ? [`ConsumerMissing ${name}`] : []),
      ]);
      expect(rules).toEqual(expect.arrayContaining(['DeadLetters ', 'OrderOverdue ', ...wanted]));
    },
  ],
  [
    'Runbook created',
    'a page for each alert',
    () => {
      for (const alert of alertNames)
        expect(existsSync(new URL(`../observability/runbook/${runbookPage(alert)}`, import.meta.url)), alert).toBe(
          true,
        );
    },
  ],
];

const checklists = { Event: event, 'State management': state, 'Failure handling': failure };

/** The workshop's appendix: each item is a check of what really runs. */
describe.each(Object.entries(checklists))('the checklist: %s', (_name, items) => {
  it.each(items)('%s', (_item, _how, check) => check());
});

it('the checklists are printed in services/README.md', () => {
  const readme = new URL('README.md', import.meta.url);
  const rows = Object.entries(checklists).flatMap(([list, items]) =>
    items.map(([item, how]) => `| ${list} | ${item} | ${how} |`),
  );
  const table = ['| checklist | item | here |', '|---|---|---|', ...rows].join('\n');
  const written = readFileSync(readme, 'utf8').replace(
    /(<!-- checklists:start[^>]*-->\n)[\s\S]*?(<!-- checklists:end -->)/,
    `$1\n${table}\n\n$2`,
  );
  if (process.env.UPDATE) writeFileSync(readme, written);
  expect(readFileSync(readme, 'utf8')).toBe(written);
  expect(rows).toHaveLength(8 + 6 + 6);
});
