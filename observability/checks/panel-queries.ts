import type { Dashboard } from '../dashboards/board/dashboard.ts';

export interface PanelQuery {
  /** `order-funnel / Funnel / A` */
  readonly where: string;
  readonly expr: string;
  readonly instant: boolean;
}

/** Every query to Prometheus, of panels and annotations. */
export const prometheusQueries = (dashboards: readonly Dashboard[]): PanelQuery[] =>
  queriesOf(dashboards, 'prometheus');

/** Every query to one kind of data source. */
export const queriesOf = (dashboards: readonly Dashboard[], type: 'prometheus' | 'loki' | 'tempo'): PanelQuery[] =>
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
