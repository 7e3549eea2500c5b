import { setTimeout as delay } from 'node:timers/promises';
import { askPrometheus } from '#shared/stack/servers/ask-prometheus.ts';
import { state } from '../../observability/prometheus/rules/state-rules.ts';
import type { ExpectedAlert } from '../experiment.ts';

/** A time for which an alert fired. */
export interface FiredAlert {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Ms since the epoch, as precise as Prometheus evaluates its rules. */
  readonly from: number;
  to?: number;
}

/** What Prometheus reports as firing, asked every second. */
export type AlertWatch = ReturnType<typeof watchAlerts>;

const ASK_EVERY_MS = 1_000;
/** They look back for hours, on a stack that is a minute old; SloBurnDemo is the same objective over a minute. */
const TOO_SLOW = ['SloBurnFast', 'SloBurnSlow'];
const EVERY_SERVICE = `count(${state.expected} and on (job) up == 1) == count(${state.expected})`;

export function watchAlerts(prometheusUrl: string, onChange: (alert: FiredAlert, state: 'fires' | 'cleared') => void) {
  const fired: FiredAlert[] = [];
  /** By all of its labels. */
  const firing = new Map<string, FiredAlert>();
  const stopping = new AbortController();
  const { signal } = stopping;
  let seesEveryService = false;

  async function look(): Promise<void> {
    const samples = await askPrometheus(prometheusUrl, 'ALERTS{alertstate="firing"}', signal);
    seesEveryService ||= (await askPrometheus(prometheusUrl, EVERY_SERVICE, signal)).length > 0;
    const judged = samples.filter(({ labels }) => !TOO_SLOW.includes(labels.alertname ?? ''));
    const now = new Map(judged.map(({ labels }) => [JSON.stringify(labels), labels]));
    for (const [key, alert] of firing)
      if (!now.has(key)) {
        alert.to = Date.now();
        firing.delete(key);
        onChange(alert, 'cleared');
      }
    for (const [key, { __name__, alertstate, alertname: alert = '', ...labels }] of now)
      if (!firing.has(key)) {
        const begun = { alert, labels, from: Date.now() };
        fired.push(begun);
        firing.set(key, begun);
        onChange(begun, 'fires');
      }
  }
  const running = (async () => {
    while (!signal.aborted) {
      // Busy or restarting: the next look sees what this one missed.
      await look().catch(() => undefined);
      await delay(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    fired: fired as readonly FiredAlert[],
    firing: () => [...firing.values()],
    /** It has scraped every service: until then it cannot know that one is down. */
    seesEveryService: () => seesEveryService,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

export const isThat = ({ alert, labels = {} }: ExpectedAlert, fired: FiredAlert): boolean =>
  fired.alert === alert && Object.entries(labels).every(([name, value]) => fired.labels[name] === value);
