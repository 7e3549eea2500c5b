import type { Check, Circumstances } from './check.ts';
import { hasData, type PanelTarget, targetsOf } from './grafana-query.ts';
import { secondsSince, until } from './until.ts';

const WITHIN_MS = 120_000;

/** Queries without an answer here, and why: each is looked for, so that none is left in this list. */
const EMPTY: readonly (readonly [query: RegExp, reason: string])[] = [[/k6_/, 'no load test runs']];

const isExcused = ({ target }: PanelTarget) => EMPTY.some(([query]) => query.test(String(target.expr ?? target.query)));

/** Every query of every panel, asked through Grafana until it had an answer once. */
export const panels: Check = {
  title: 'every panel has data, in Grafana',
  needs: ['grafana', 'prometheus', 'tempo', 'loki', 'order-service'],
  async run(circumstances) {
    const { project, healthyAt, signal } = circumstances;
    const grafana = project.url('GRAFANA_PORT');
    const all = await targetsOf(grafana, signal);
    const wanted = all.filter((panel) => !isExcused(panel));
    const missing = new Set(wanted);
    const ask = askedWith(circumstances);
    const firstSeen = new Map<string, string>();
    await until(
      async () => {
        for (const panel of missing) if (await hasData(panel, ask())) seen(panel);
        return missing.size === 0 || undefined;
      },
      { what: 'data in every panel', withinMs: WITHIN_MS, signal },
    ).catch((error: Error) => {
      throw new Error(`${error.message}; empty: ${[...missing].map(({ where }) => where).join('; ')}`);
    });
    function seen(panel: PanelTarget) {
      missing.delete(panel);
      firstSeen.set(panel.where, secondsSince(healthyAt));
    }
    const slowest = [...firstSeen].slice(-3).map(([where, after]) => `${where} (${after})`);
    return [
      `${wanted.length} queries answered; the last ones: ${slowest.join(', ')}`,
      ...(await unexpectedlyFull(all, ask())),
    ];
  },
};

/** A list of exceptions that is no longer true hides what breaks next. */
async function unexpectedlyFull(all: readonly PanelTarget[], ask: Parameters<typeof hasData>[1]): Promise<string[]> {
  const excused = all.filter(isExcused);
  const full = [];
  for (const panel of excused) if (await hasData(panel, ask)) full.push(panel.where);
  if (full.length > 0) throw new Error(`these are listed as empty, and have data: ${full.join('; ')}`);
  return [`${excused.length} have none, as expected: ${EMPTY.map(([, reason]) => reason).join(', ')}`];
}

/** The orders are placed meanwhile: until then their panels have nothing to show. */
function askedWith({ project, orders, signal }: Circumstances) {
  return () => ({
    grafana: project.url('GRAFANA_PORT'),
    signal,
    variables: {
      service: '.+',
      order: orders.get('ready')?.orderId ?? 'none-yet',
      trace: orders.get('ready')?.traceId || '0'.repeat(32),
    },
  });
}
