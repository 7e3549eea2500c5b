import type { Dashboard } from '../dashboards/board/dashboard.ts';

export interface PanelQuery {
  /** `order-funnel / Funnel / A` */
  readonly where: string;
  readonly expr: string;
  readonly instant: boolean;
}

/** Every query of every panel to one kind of data source. */
export const queriesOf = (
  dashboards: readonly Dashboard[],
  type: 'prometheus' | 'loki' | 'tempo' = 'prometheus',
): PanelQuery[] =>
  dashboards.flatMap(({ uid, panels }) =>
    panels.flatMap(({ title, targets = [] }) =>
      targets
        .filter(({ datasource }) => datasource.type === type)
        .map(({ refId, expr, query, instant }) => ({
          where: `${uid} / ${title} / ${refId}`,
          expr: String(expr ?? query),
          instant: instant === true,
        })),
    ),
  );

/** What Grafana fills in for its variables when a dashboard shows the last five minutes. */
const VARIABLES = { $__range: '5m', $__rate_interval: '1m', $service: '.+', $testid: '.+' };
const RANGE_SECONDS = 300;
const STEP_SECONDS = 5;

/** How many series with at least one number the panel would show. @throws Error with the complaint of Prometheus */
export async function seriesShown(url: string, { expr, instant, where }: PanelQuery): Promise<number> {
  const query = Object.entries(VARIABLES).reduce((text, [name, value]) => text.replaceAll(name, value), expr);
  const end = Date.now() / 1000;
  const parameters = instant
    ? { query }
    : { query, start: String(end - RANGE_SECONDS), end: String(end), step: String(STEP_SECONDS) };
  const response = await fetch(`${url}/api/v1/${instant ? 'query' : 'query_range'}?${new URLSearchParams(parameters)}`);
  const answer = (await response.json()) as { error?: string; data?: { result: Series[] } };
  if (!answer.data) throw new Error(`${where}: ${answer.error} in ${query}`);
  return answer.data.result.filter(hasNumber).length;
}

type Point = readonly [at: number, value: string];
interface Series {
  readonly value?: Point;
  readonly values?: readonly Point[];
}

const hasNumber = ({ value, values = value ? [value] : [] }: Series): boolean =>
  values.some(([, number]) => Number.isFinite(Number(number)));
