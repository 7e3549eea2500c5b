import { expect, test } from 'vitest';
import { dashboards } from '../dashboards/dashboards.ts';
import { alertRules } from '../prometheus/rules/alerts.ts';
import { sloRules } from '../prometheus/rules/slo-rules.ts';
import { stateRules } from '../prometheus/rules/state-rules.ts';
import { knownMetrics } from './fixtures/known-metrics.ts';
import { queriesOf } from './fixtures/panel-queries.ts';
import { namesIn, queryProblems } from './fixtures/query-problems.ts';

const recorded = [...stateRules, ...sloRules];
const known = await knownMetrics(recorded);

test('a query is read: metrics with their matchers, labels that it groups by, labels that it makes', () => {
  const query =
    'sum by (le, service) (rate(a_bucket{x="1", y=~"b|c"}[5m])) / on (slo) group_left () (b:c:d > 1e3) or up';
  expect(namesIn(query)).toEqual({
    selectors: [
      {
        metric: 'a_bucket',
        matchers: [
          { label: 'x', operator: '=', value: '1' },
          { label: 'y', operator: '=~', value: 'b|c' },
        ],
      },
      { metric: 'b:c:d', matchers: [] },
      { metric: 'up', matchers: [] },
    ],
    labels: ['le', 'service', 'slo'],
    made: [],
  });
  expect(namesIn('label_replace(a, "source", "$1-service", "type", ".*")').made).toEqual(['source', 'type']);
});

test.each([
  ['sum(pizza_orders_lost)', 'nobody exports pizza_orders_lost'],
  ['pizza_orders_waiting{reason="x"}', 'pizza_orders_waiting has no label reason'],
  ['pizza_order_stage_total{stage="baked"}', 'pizza_order_stage_total has no stage="baked"'],
  ['pizza_order_stage_total{stage=~"ready|baked"}', 'pizza_order_stage_total has no stage="baked"'],
  ['pizza_http_request_seconds_bucket{le="0.2"}', 'pizza_http_request_seconds_bucket has no le="0.2"'],
  ['sum by (color) (pizza_orders_waiting)', 'no metric of it has the label color'],
])('the check can fail: %s', (query, problem) => {
  expect(queryProblems(query, known)).toEqual([problem]);
});

test('every metric, label and label value in a panel exists', () => {
  const queries = queriesOf(dashboards());
  expect(queries.length).toBeGreaterThan(80);
  expect(
    queries.flatMap(({ where, expr }) => queryProblems(expr, known).map((problem) => `${where}: ${problem}`)),
  ).toEqual([]);
});

test('every metric, label and label value in a rule exists', () => {
  const rules = [...recorded, ...alertRules].flatMap((group) => group.rules);
  expect(rules.flatMap(({ expr }) => queryProblems(expr, known).map((problem) => `${expr}: ${problem}`))).toEqual([]);
});
