import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attribute } from '#shared/telemetry/traces/attributes.ts';
import { queriesOf } from '../checks/fixtures/panel-queries.ts';
import { alertNames, dashboardOf, runbookLink } from '../prometheus/rules/alert-catalogue.ts';
import { dashboards } from './dashboards.ts';

const all = dashboards();
const provisioned = readFileSync(
  join(import.meta.dirname, '../grafana/provisioning/datasources/datasources.yml'),
  'utf8',
);
const uids = [...provisioned.matchAll(/^ {4}uid: (\S+)$/gm)].map(([, uid]) => uid);

/** Every `/d/<uid>` in a text. */
const dashboardLinks = (text: string) => [...text.matchAll(/\/d\/([a-z-]+)/g)].map(([, uid]) => uid);

describe('the dashboards', () => {
  it('are the nine that the design names, home first', () => {
    expect(all.map(({ uid }) => uid)).toEqual([
      'order-funnel',
      'bottleneck',
      'correlation',
      'services',
      'backbone',
      'load-and-chaos',
      'lab',
      'one-order',
      'runbook',
    ]);
  });

  it('name only data sources that are provisioned', () => {
    expect(uids).toEqual(['prometheus', 'tempo', 'loki']);
    const known = new Set([...uids, 'grafana']);
    const named = [...JSON.stringify(all).matchAll(/"datasource":\{"type":"[a-z]+","uid":"([^"]+)"\}/g)].map(
      ([, uid]) => uid,
    );
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((uid) => !known.has(uid))).toEqual([]);
  });

  it('link only to dashboards that exist', () => {
    const known = new Set<string | undefined>(all.map(({ uid }) => uid));
    const linked = dashboardLinks(JSON.stringify(all));
    expect(linked.length).toBeGreaterThan(50);
    expect(linked.filter((uid) => !known.has(uid))).toEqual([]);
    expect(Object.values(dashboardOf).filter((uid) => !known.has(uid))).toEqual([]);
  });

  it('lead from each alert to its own page', () => {
    const pages = all.find(({ uid }) => uid === 'runbook')?.panels ?? [];
    for (const alert of alertNames) {
      const [, id] = /panel-(\d+)$/.exec(runbookLink(alert)) ?? [];
      expect(pages.find((panel) => panel.id === Number(id))?.title).toBe(alert);
    }
  });

  it.each(all)('$uid: every panel says what one sees, has an id of its own, and covers no other', ({ panels }) => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = new Set<string>();
    for (const { title, type, description, gridPos } of panels) {
      if (type !== 'row') expect(description.length, title).toBeGreaterThan(20);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(cells.has(`${x},${y}`), `${title} covers another panel`).toBe(false);
          cells.add(`${x},${y}`);
        }
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    }
  });

  it('say in each row’s heading what it shows, in a sentence after its question', () => {
    const headings = all.flatMap(({ panels }) => panels.filter(({ type }) => type === 'row').map(({ title }) => title));
    expect(headings.length).toBeGreaterThan(20);
    for (const heading of headings) expect(heading).toMatch(/^[A-Z][^.?]+\? [A-Z].{20,90}\.$/);
  });

  it('turn no missing series into a zero where a balance or somebody’s health is judged', () => {
    expect(JSON.stringify(all)).not.toMatch(/or vector\(0\)/);
    const judged = all
      .flatMap(({ panels }) => panels)
      .filter(({ title }) => /^(Lost|Unexplained|Replicas|Oldest|Waiting now)/.test(title));
    expect(judged.length).toBeGreaterThanOrEqual(5);
    for (const { fieldConfig } of judged) expect(Object(fieldConfig.defaults).noValue).toMatch(/unknown|none answers/);
  });

  it('ask traces by attributes that spans have, and logs by fields that lines have', () => {
    const asked = queriesOf(all, 'tempo').flatMap(({ expr }) =>
      [...expr.matchAll(/span\.([\w.]+)/g)].map(([, name]) => name),
    );
    expect(asked).toContain(attribute.orderId);
    expect(asked.filter((name) => !Object.values<string | undefined>(attribute).includes(name))).toEqual([]);
    const fields = queriesOf(all, 'loki').flatMap(({ expr }) =>
      [...expr.matchAll(/(?:\| |unwrap |by \(|with \.)(\w+)(?:=|!=|!~| \[|,|[)}])/g)].map(([, name]) => name),
    );
    const words = [
      'type',
      'fault',
      'missing',
      'last',
      'reason',
      'time_to_ready_ms',
      'time_to_end_ms',
      'exception_message',
    ];
    const known = ['decision', 'waiting_s', 'order_id', 'trace_id', 'severity_text', ...words];
    expect(new Set(fields)).toEqual(new Set(known));
  });
});
