import { type Panel, type PanelInput, panel } from './panel.ts';

/** Columns as the query calls them -> as the reader does; the others are left out. */
export interface TableInput extends PanelInput {
  readonly columns: Readonly<Record<string, string>>;
  /** Columns to hide beside the time: whatever else the series have. */
  readonly hide?: readonly string[];
}

const organize = ({ columns, hide = [] }: Pick<TableInput, 'columns' | 'hide'>): object => ({
  id: 'organize',
  options: {
    excludeByName: Object.fromEntries(['Time', ...hide].map((name) => [name, true])),
    indexByName: Object.fromEntries(Object.keys(columns).map((name, index) => [name, index])),
    renameByName: columns,
  },
});

export const table = (input: TableInput): Panel =>
  panel(input, {
    type: 'table',
    width: 12,
    height: 8,
    custom: { align: 'auto', cellOptions: { type: 'auto' }, filterable: false },
    options: { showHeader: true, cellHeight: 'sm' },
    transformations: [organize(input)],
  });

/** What a search finds, in the columns that the data source gives. */
export const traceTable = (input: PanelInput): Panel =>
  panel(input, { type: 'table', width: 12, height: 8, options: { showHeader: true, cellHeight: 'sm' } });

/** Services and what flows between them: one instant query with the columns id, source, target and its value. */
export const flowGraph = (input: PanelInput): Panel =>
  panel(input, {
    type: 'nodeGraph',
    width: 12,
    height: 10,
    options: { zoomMode: 'cooperative', layoutAlgorithm: 'layered', edges: { mainStatUnit: input.unit } },
    transformations: [organize({ columns: { id: 'id', source: 'source', target: 'target', Value: 'mainstat' } })],
  });

export const logLines = (input: PanelInput): Panel =>
  panel(input, {
    type: 'logs',
    width: 24,
    height: 10,
    options: {
      showTime: true,
      showLabels: false,
      showCommonLabels: false,
      wrapLogMessage: true,
      prettifyLogMessage: false,
      enableLogDetails: true,
      sortOrder: 'Ascending',
      dedupStrategy: 'none',
    },
  });

export const trace = (input: PanelInput): Panel => panel(input, { type: 'traces', width: 24, height: 16, options: {} });

/** The alerts of the rule files, as Prometheus evaluates them. */
export const alertList = (input: Omit<PanelInput, 'targets'>): Panel =>
  panel(
    { ...input, targets: [] },
    {
      type: 'alertlist',
      width: 12,
      height: 10,
      options: {
        // Its data source's name, not its uid.
        datasource: 'Prometheus',
        viewMode: 'list',
        groupMode: 'default',
        groupBy: [],
        maxItems: 20,
        sortOrder: 3,
        dashboardAlerts: false,
        alertName: '',
        alertInstanceLabelFilter: '',
        showInstances: true,
        showInactiveAlerts: false,
        stateFilter: { firing: true, pending: true, noData: true, normal: false, error: true, recovering: true },
      },
    },
  );

/** A page of markdown. */
export const text = (
  title: string,
  description: string,
  content: string,
  place: { width?: number; height?: number } = {},
): Panel =>
  panel(
    { title, description, targets: [], ...place },
    { type: 'text', width: 24, height: 16, options: { mode: 'markdown', content } },
  );
