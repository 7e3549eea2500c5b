import type { Target } from '../dashboards/board/target.ts';

/** A question of a panel, as Grafana has it. */
export interface PanelTarget {
  /** `order-funnel / Funnel / A` */
  readonly where: string;
  readonly target: Target;
}

interface Board {
  readonly dashboard: {
    readonly uid: string;
    readonly panels: readonly { readonly title: string; readonly targets?: readonly (Target & { refId: string })[] }[];
  };
}

/** Every query of every panel of every dashboard that Grafana has provisioned. @throws Error when Grafana has none */
export async function targetsOf(grafana: string, signal: AbortSignal): Promise<PanelTarget[]> {
  const found = (await json(`${grafana}/api/search?type=dash-db&limit=100`, { signal })) as { uid: string }[];
  if (found.length === 0) throw new Error('Grafana has no dashboard: see the log of its container');
  const boards = await Promise.all(
    found.map(({ uid }) => json(`${grafana}/api/dashboards/uid/${uid}`, { signal }) as Promise<Board>),
  );
  return boards.flatMap(({ dashboard: { uid, panels } }) =>
    panels.flatMap(({ title, targets = [] }) =>
      targets.map((target) => ({ where: `${uid} / ${title} / ${target.refId}`, target })),
    ),
  );
}

export interface Asked {
  readonly grafana: string;
  /** What stands for the dashboard's variables. */
  readonly variables: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const LOOKBACK = 'now-15m';
const POINTS = 180;

/** Whether the panel would show anything: asked as Grafana's own page asks. @throws Error with what Grafana complains of */
export function hasData({ where, target }: PanelTarget, asked: Asked): Promise<boolean> {
  const filled = JSON.parse(filledIn(JSON.stringify(target), asked.variables)) as Target;
  const answered = filled.datasource.type === 'tempo' ? searched(filled, asked) : queried(filled, asked);
  return answered.catch((error: Error) => {
    throw new Error(`${where}: ${error.message}`);
  });
}

const filledIn = (text: string, variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables).reduce((filled, [name, value]) => filled.replaceAll(`$${name}`, value), text);

interface Frame {
  readonly data: { readonly values: readonly (readonly unknown[])[] };
}
interface Answer {
  readonly results: Readonly<Record<string, { readonly error?: string; readonly frames?: readonly Frame[] }>>;
}

async function queried(target: Target, { grafana, signal }: Asked): Promise<boolean> {
  const query = { ...target, refId: 'A', intervalMs: 5_000, maxDataPoints: POINTS };
  const body = JSON.stringify({ queries: [query], from: LOOKBACK, to: 'now' });
  const headers = { 'content-type': 'application/json' };
  const answer = (await json(`${grafana}/api/ds/query`, { method: 'POST', headers, body, signal })) as Answer;
  const { error, frames = [] } = answer.results.A ?? {};
  if (error) throw new Error(error);
  // The first column is the time, or a label: only what can be drawn counts.
  return frames.some(({ data: { values } }) => values.some((column, at) => at > 0 && column.some(isShown)));
}

const isShown = (value: unknown): boolean => value !== null && value !== '' && value !== 'NaN';

/** Grafana's page asks Tempo through its proxy: a trace by its id, others by a search. */
async function searched({ query }: Target, { grafana, signal }: Asked): Promise<boolean> {
  const tempo = `${grafana}/api/datasources/proxy/uid/tempo`;
  const isId = /^[0-9a-f]{32}$/.test(String(query));
  const search = `api/search?${new URLSearchParams({ q: String(query), limit: '20' })}`;
  const answer = (await json(`${tempo}/${isId ? `api/v2/traces/${query}` : search}`, {
    headers: { accept: 'application/json' },
    signal,
  })) as { traces?: unknown[]; trace?: { resourceSpans?: unknown[] } };
  return (answer.traces ?? answer.trace?.resourceSpans ?? []).length > 0;
}

async function json(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  const text = await response.text();
  // A query that fails answers 400 and says why.
  if (!response.ok && !text.includes('"results"'))
    throw new Error(`${url} answered ${response.status}: ${text.slice(0, 200)}`);
  return JSON.parse(text);
}
