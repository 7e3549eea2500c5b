import { annotations } from './annotations.ts';
import type { Panel } from './panel.ts';
import { datasources } from './target.ts';

const COLUMNS = 24;
const SCHEMA_VERSION = 41;

interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export const row = (title: string, ...panels: readonly Panel[]): Row => ({ title, panels });

interface Variable {
  readonly name: string;
  readonly type: 'query' | 'textbox';
  readonly [option: string]: unknown;
}

interface DashboardInput {
  /** Also the name of its JSON file, and its address: `/d/<uid>`. */
  readonly uid: string;
  readonly title: string;
  /** The question that it answers. */
  readonly description: string;
  readonly rows: readonly Row[];
  readonly variables?: readonly Variable[];
  /** How far back it looks at first. */
  readonly from?: string;
  readonly refresh?: string;
}

export type Dashboard = ReturnType<typeof dashboard>;

/** A row's heading has no queries. */
type PlacedPanel = Omit<Panel, 'width' | 'height' | 'targets' | 'datasource' | 'fieldConfig'> & {
  readonly id: number;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: Panel['targets'];
  readonly fieldConfig: { readonly defaults: object };
};

/** Values of which the reader chooses; at first all. `query` such as `label_values(metric, label)`. */
export const choiceVariable = (name: string, label: string, query: string): Variable => ({
  name,
  type: 'query',
  label,
  datasource: datasources.prometheus,
  query: { query, refId: name },
  definition: query,
  refresh: 2,
  sort: 1,
  multi: true,
  includeAll: true,
  allValue: '.+',
  current: { selected: true, text: ['All'], value: ['$__all'] },
});

/** Something that the reader types; `value` until then. */
export const textVariable = (name: string, label: string, value = ''): Variable => ({
  name,
  type: 'textbox',
  label,
  query: value,
  current: { text: value, value },
  options: [{ selected: true, text: value, value }],
});

/** Grafana's classic JSON. Panels flow from left to right and wrap; ids count up, so a panel's link is stable in its place. */
export function dashboard({
  uid,
  title,
  description,
  rows,
  variables = [],
  from = 'now-15m',
  refresh = '5s',
}: DashboardInput) {
  return {
    uid,
    title,
    description,
    tags: ['pizza'],
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh,
    time: { from, to: 'now' },
    timepicker: { refresh_intervals: ['5s', '10s', '30s', '1m'] },
    timezone: 'browser',
    templating: { list: variables },
    annotations: { list: annotations },
    links: [
      {
        type: 'dashboards',
        title: 'Dashboards',
        tags: ['pizza'],
        asDropdown: true,
        keepTime: true,
        includeVars: false,
        icon: 'external link',
        targetBlank: false,
        tooltip: '',
        url: '',
      },
    ],
    panels: place(rows),
  };
}

function place(rows: readonly Row[]): PlacedPanel[] {
  const placed: PlacedPanel[] = [];
  let [x, y, tallest, count] = [0, 0, 0, 0];
  const nextLine = () => {
    y += tallest;
    [x, tallest] = [0, 0];
  };
  for (const { title, panels } of rows) {
    // A single row needs no heading, and the ids count its panels alone.
    if (title) placed.push(heading(title, 100 + placed.length, y++));
    for (const { width, height, ...panel } of panels) {
      if (x + width > COLUMNS) nextLine();
      placed.push({ ...panel, id: ++count, gridPos: { x, y, w: width, h: height } });
      x += width;
      tallest = Math.max(tallest, height);
    }
    nextLine();
  }
  return placed;
}

const heading = (title: string, id: number, y: number) => ({
  id,
  type: 'row',
  title,
  description: '',
  collapsed: false,
  panels: [],
  fieldConfig: { defaults: {}, overrides: [] },
  options: {},
  gridPos: { x: 0, y, w: COLUMNS, h: 1 },
});
