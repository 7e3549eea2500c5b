import type { Target } from '../dashboards/board/target.ts';
import { ask, postJson, searchDashboards, searchTraces, traceById } from '../doctor/probes.ts';

/** A query of a panel, as Grafana has it. */
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
export async function targetsOf(grafana: string): Promise<PanelTarget[]> {
  const found = (await searchDashboards(grafana)).body ?? [];
  if (found.length === 0) throw new Error('Grafana has no dashboard: see the log of its container');
  const boards = await Promise.all(
    found.map(async ({ uid }) => {
      const { body, says } = await ask<Board>(`${grafana}/api/dashboards/uid/${uid}`);
      if (!body?.dashboard) throw new Error(`Grafana, asked for the dashboard ${uid}, ${says}`);
      return body.dashboard;
    }),
  );
  return boards.flatMap(({ uid, panels }) =>
    panels.flatMap(({ title, targets = [] }) =>
      targets.map((target) => ({ where: `${uid} / ${title} / ${target.refId}`, target })),
    ),
  );
}

interface Asked {
  readonly grafana: string;
  /** Values of the dashboards' variables. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Whether the panel would show anything: asked as Grafana's own page asks. @throws Error with Grafana's complaint */
export async function hasData({ where, target }: PanelTarget, { grafana, variables }: Asked): Promise<boolean> {
  const filled = Object.entries(variables).reduce(
    (text, [name, value]) => text.replaceAll(`$${name}`, value),
    JSON.stringify(target),
  );
  const asked = JSON.parse(filled) as Target;
  try {
    return await (asked.datasource.type === 'tempo'
      ? findsTraces(grafana, String(asked.query))
      : hasFrames(grafana, asked));
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`);
  }
}

interface Frames {
  readonly results?: {
    readonly A?: {
      readonly error?: string;
      readonly frames?: readonly { readonly data: { readonly values: readonly (readonly unknown[])[] } }[];
    };
  };
}

async function hasFrames(grafana: string, target: Target): Promise<boolean> {
  const query = { ...target, refId: 'A', intervalMs: 5_000, maxDataPoints: 180 };
  const { body, says } = await postJson<Frames>(`${grafana}/api/ds/query`, {
    queries: [query],
    from: 'now-15m',
    to: 'now',
  });
  // A query that fails answers 400 and says why.
  const answer = body?.results?.A;
  if (!answer || answer.error) throw new Error(answer?.error ?? `Grafana ${says}`);
  // The first column is the time, or a label: only what can be drawn counts.
  return (answer.frames ?? []).some(({ data }) => data.values.slice(1).some((column) => column.some(isShown)));
}

const isShown = (value: unknown): boolean => value !== null && value !== '' && value !== 'NaN';

/** Grafana's page asks Tempo through its proxy: a trace by its id, others by a search. */
async function findsTraces(grafana: string, query: string): Promise<boolean> {
  const tempo = `${grafana}/api/datasources/proxy/uid/tempo`;
  if (/^[0-9a-f]{32}$/.test(query))
    return ((await traceById(tempo, query)).body?.trace?.resourceSpans ?? []).length > 0;
  const { ok, body, says } = await searchTraces(tempo, query);
  if (!ok) throw new Error(`Tempo ${says}`);
  return (body?.traces ?? []).length > 0;
}
