import { state } from '../../prometheus/rules/state-rules.ts';
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
    name: 'Alerts',
    datasource: datasources.prometheus,
    enable: true,
    hide: false,
    iconColor: colour.bad,
    // One line for an alert, at the time since when its condition holds, however many label sets fire. What is said of the SLOs
    // is about hours and days: it has no moment.
    expr: `min by (alertname) (1000 * ALERTS_FOR_STATE{alertname!~"SloBurn.*"} and ignoring (alertstate) ALERTS{alertstate="firing"}) * on (alertname) group_left (summary, page) ${state.alert}`,
    useValueForTime: true,
    step: '15s',
    titleFormat: '{{alertname}}',
    textFormat: '{{summary}}. <a href="/d/runbook?viewPanel={{page}}">Runbook</a>',
  },
];
