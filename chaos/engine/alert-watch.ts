import { setTimeout as delay } from 'node:timers/promises';
import { askPrometheus } from '#shared/stack/servers/ask-prometheus.ts';
import type { ExpectedAlert } from '../experiment.ts';

/** A time for which an alert fired. */
export interface FiredAlert {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Ms since the epoch, as exactly as Prometheus evaluates its rules. */
  readonly from: number;
  to?: number;
}

/** Keeps asking Prometheus what fires. */
export interface AlertWatch {
  readonly fired: readonly FiredAlert[];
  /** It answered at least once. */
  readonly answers: boolean;
  firing(): FiredAlert[];
  stop(): Promise<void>;
}

const ASK_EVERY_MS = 1_000;
/** They look back for hours, on a stack that is a minute old: SloBurnDemo tells in a minute what they tell then. */
const TOO_SLOW = ['SloBurnFast', 'SloBurnSlow'];
const UNTOLD = ['__name__', 'alertstate', 'alertname'];

export function watchAlerts(
  prometheusUrl: string,
  onChange: (alert: FiredAlert, state: 'fires' | 'cleared') => void,
): AlertWatch {
  const fired: FiredAlert[] = [];
  const stopping = new AbortController();
  let answers = false;
  const firing = () => fired.filter(({ to }) => to === undefined);

  async function look(): Promise<void> {
    const samples = await askPrometheus(prometheusUrl, 'ALERTS{alertstate="firing"}', stopping.signal);
    answers = true;
    const judged = samples.filter(({ labels }) => !TOO_SLOW.includes(labels.alertname ?? ''));
    const now = new Map(judged.map(({ labels }) => [JSON.stringify(labels), labels]));
    for (const alert of firing())
      if (!now.delete(keyOf.get(alert) ?? '')) {
        alert.to = Date.now();
        onChange(alert, 'cleared');
      }
    for (const [key, labels] of now) {
      const told = Object.entries(labels).filter(([name]) => !UNTOLD.includes(name));
      const alert: FiredAlert = { alert: labels.alertname ?? '', labels: Object.fromEntries(told), from: Date.now() };
      keyOf.set(alert, key);
      fired.push(alert);
      onChange(alert, 'fires');
    }
  }
  const keyOf = new Map<FiredAlert, string>();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      // Busy or restarting: what is missed is seen at the next look.
      await look().catch(() => undefined);
      await delay(ASK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    fired,
    get answers() {
      return answers;
    },
    firing,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

export const isThat = ({ alert, labels = {} }: ExpectedAlert, fired: FiredAlert): boolean =>
  fired.alert === alert && Object.entries(labels).every(([name, value]) => fired.labels[name] === value);
