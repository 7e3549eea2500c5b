/** The provisioned data sources; ../../grafana/provisioning fixes their uids. */
export const datasources = {
  prometheus: { type: 'prometheus', uid: 'prometheus' },
  tempo: { type: 'tempo', uid: 'tempo' },
  loki: { type: 'loki', uid: 'loki' },
} as const;

export type Datasource = (typeof datasources)[keyof typeof datasources];

export interface Target {
  readonly datasource: Datasource;
  readonly [option: string]: unknown;
}

/** Over time. `legend` may hold labels: `{{service}}`. */
export const overTime = (expr: string, legend: string): Target => ({
  datasource: datasources.prometheus,
  expr,
  legendFormat: legend,
  range: true,
  instant: false,
  exemplar: false,
});

/** Of a histogram over time, with points that lead to traces. A step of 15 s makes the window of a rate a minute. */
export const withExemplars = (expr: string, legend: string): Target => ({
  ...overTime(expr, legend),
  exemplar: true,
  interval: '15s',
});

/** One value, of now. */
export const now = (expr: string, legend: string): Target => ({
  ...overTime(expr, legend),
  range: false,
  instant: true,
});

/** One row per series, its labels as columns. */
export const asTable = (expr: string): Target => ({ ...now(expr, '__auto'), format: 'table' });

/** Counts per bucket of a classic histogram. */
export const asHeatmap = (counts: string): Target => ({ ...withExemplars(counts, '{{le}}'), format: 'heatmap' });

export const logQuery = (expr: string): Target => ({ datasource: datasources.loki, expr, queryType: 'range' });
export const logsOverTime = (expr: string, legend: string): Target => ({ ...logQuery(expr), legendFormat: legend });
export const logTable = (expr: string): Target => ({ datasource: datasources.loki, expr, queryType: 'instant' });

/** A trace by its id, or a variable that holds one. */
export const traceById = (id: string): Target => ({
  datasource: datasources.tempo,
  query: id,
  queryType: 'traceql',
  limit: 20,
  tableType: 'traces',
});

export const traceQuery = (query: string): Target => ({ ...traceById(query), limit: 50 });
