import { type Panel, type PanelInput, panel } from './panel.ts';

/** Columns as the query calls them -> as the reader does, in this order. Others are left out. */
type Columns = Readonly<Record<string, string>>;

const organize = (columns: Columns): object => ({
  id: 'organize',
  options: {
    includeByName: Object.fromEntries(Object.keys(columns).map((name) => [name, true])),
    indexByName: Object.fromEntries(Object.keys(columns).map((name, index) => [name, index])),
    renameByName: columns,
  },
});

const tableOptions = { showHeader: true, cellHeight: 'sm' };

const rowsOf =
  (...transformations: readonly object[]) =>
  (columns: Columns, input: PanelInput, first?: string): Panel =>
    panel(input, {
      type: 'table',
      width: 24,
      height: 8,
      custom: { align: 'auto', cellOptions: { type: 'auto' }, wrapText: true, filterable: false },
      options: { ...tableOptions, ...(first && { sortBy: [{ displayName: first, desc: true }] }) },
      transformations: [...transformations, organize(columns)],
    });

/** One row per label set, one column per query: `Value #A` for the first. By the column `first`, if given: the greatest first. */
export const table = rowsOf({ id: 'merge', options: {} });
/** One row per log line; its fields are columns. */
export const lineTable = rowsOf({ id: 'extractFields', options: { source: 'labels', format: 'auto' } });

/** The traces that a search finds, in the columns that Tempo gives. */
export const traceTable = (input: PanelInput): Panel =>
  panel(input, { type: 'table', width: 24, height: 6, options: tableOptions });

/**
 * Services and what flows between them: two instant queries, `nodes` with the columns id, title, fixedx, fixedy, and `edges` with
 * id, source, target, color and their value. Nodes without a place are laid out anew at each refresh.
 */
export const flowGraph = (input: PanelInput): Panel =>
  panel(input, {
    type: 'nodeGraph',
    width: 24,
    // Three services one above the other: Grafana does not scale the graph to its frame.
    height: 15,
    options: { zoomMode: 'cooperative', edges: { mainStatUnit: '/s' } },
    transformations: [
      { id: 'organize', options: { renameByName: { 'Value #edges': 'mainstat' } } },
      {
        id: 'convertFieldType',
        options: {
          conversions: ['fixedx', 'fixedy'].map((targetField) => ({ targetField, destinationType: 'number' })),
        },
      },
    ],
  });

/** Log lines, the oldest first. */
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

export const trace = (input: PanelInput): Panel => panel(input, { type: 'traces', width: 24, height: 22, options: {} });

/** The alerts of the rule files, as Prometheus evaluates them. */
export const alertList = (description: string, width: number): Panel =>
  panel(
    { title: 'Alerts', description, width },
    {
      type: 'alertlist',
      width: 12,
      height: 8,
      options: {
        // The data source's name, not its uid.
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

/** A page of Markdown. */
export const text = (input: PanelInput, content: string): Panel =>
  panel(input, { type: 'text', width: 24, height: 14, options: { mode: 'markdown', content } });
