import { colour } from './palette.ts';
import { datasources } from './target.ts';

const grafana = { type: 'datasource', uid: 'grafana' };

/** What whoever breaks or loads the stack posts to Grafana under this tag. */
const posted = (tag: string, name: string, iconColor: string) => ({
  name,
  datasource: grafana,
  enable: true,
  hide: false,
  iconColor,
  target: { type: 'tags', tags: [tag], matchAny: true, limit: 100 },
});

/** On every dashboard: what was done to the stack, and what was alarmed. */
export const annotations: readonly object[] = [
  posted('chaos', 'Chaos', colour.bad),
  posted('load', 'Load', colour.waiting),
  {
    name: 'Firing alerts',
    datasource: datasources.prometheus,
    enable: true,
    hide: false,
    iconColor: colour.timeout,
    // One mark for an alert, however many label sets fire. A ticket may fire for days: it would colour every panel.
    expr: 'max by (alertname, severity) (ALERTS{alertstate="firing", severity!="ticket"})',
    step: '15s',
    titleFormat: '{{alertname}}',
    textFormat: 'severity {{severity}}; see the list of alerts',
    tagKeys: 'severity',
  },
];
