import { MIN_NATS_VERSION } from '#shared/messaging/jetstream/version.ts';

/** A server program as the stack needs it. */
export interface WantedProgram {
  /** What it is called on PATH. */
  readonly name: string;
  /** Older versions are as good as none. Default: any will do. */
  readonly least?: string | undefined;
  /** The end of the sentence "Install ... so that it is on PATH". */
  readonly remedy?: string | undefined;
}

const programs: readonly WantedProgram[] = [
  { name: 'grafana', least: '12', remedy: '(https://grafana.com/grafana/download), or use docker compose up' },
  {
    name: 'k6',
    least: '1.8',
    remedy: '(https://grafana.com/docs/k6/latest/set-up/install-k6/), or install Go, or start Docker',
  },
  { name: 'loki', least: '3', remedy: '(https://grafana.com/docs/loki/latest/setup/install/)' },
  { name: 'nats-server', least: MIN_NATS_VERSION, remedy: '(https://github.com/nats-io/nats-server/releases), or Go' },
  { name: 'otelcol', remedy: '(the OpenTelemetry Collector, https://opentelemetry.io/docs/collector/install/)' },
  { name: 'prometheus', least: '2.42', remedy: '(https://prometheus.io/download/)' },
  { name: 'redis-server', least: '6.2', remedy: '(https://redis.io/docs/latest/operate/oss_and_stack/install/)' },
  { name: 'tempo', least: '3', remedy: '(https://grafana.com/docs/tempo/latest/set-up-for-tracing/)' },
  { name: 'toxiproxy-server', least: '2', remedy: '(https://github.com/Shopify/toxiproxy/releases)' },
];

export const wantedProgram = (name: string): WantedProgram =>
  programs.find((program) => program.name === name) ?? { name };

/** `nats-server >= 2.10.4` */
export const describeWanted = ({ name, least }: WantedProgram): string => (least ? `${name} >= ${least}` : name);
