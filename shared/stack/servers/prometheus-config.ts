import { join } from 'node:path';
import { repository } from '../processes/data-dir.ts';

/** A name whose A records are the replicas, all on this port. */
export interface DnsName {
  readonly name: string;
  readonly port: number;
}

/** What is scraped under one name: the service's. */
export interface ScrapeJob {
  readonly name: string;
  /** `host:port` of each replica... */
  readonly targets?: readonly string[];
  /** ...or where the name server knows them. */
  readonly dns?: DnsName;
}

export interface PrometheusConfigOptions {
  readonly jobs: readonly ScrapeJob[];
  /** How often each target is scraped, and its name is looked up. Default 5. */
  readonly everySeconds?: number;
  /** Whom to tell of alerts; while nobody has that name nobody is told. Default: nobody. */
  readonly alertmanager?: DnsName;
  /** Paths or globs of recording and alerting rules. Default: the repository's own. */
  readonly ruleFiles?: readonly string[];
}

const ownRules = [join(repository, 'observability/prometheus/rules/*.yml')];
/** Whether somebody wants to be told of alerts changes seldom. */
const ALERTMANAGER_REFRESH_SECONDS = 30;

/**
 * The text of prometheus.yml, for the native start and for containers alike. One job per service, so `job` names the
 * service and `instance` the replica; no target gets a label `service`, since that is the metrics' own.
 */
export function prometheusConfig(options: PrometheusConfigOptions): string {
  const { jobs, everySeconds = 5, alertmanager, ruleFiles = ownRules } = options;
  const lines = [
    'global:',
    `  scrape_interval: ${everySeconds}s`,
    `  scrape_timeout: ${everySeconds}s`,
    `  evaluation_interval: ${everySeconds}s`,
    `rule_files: ${JSON.stringify(ruleFiles)}`,
    ...(alertmanager ? alerting(alertmanager) : []),
    'scrape_configs:',
    ...jobs.flatMap((job) => [`  - job_name: ${JSON.stringify(job.name)}`, ...discovery(job, everySeconds)]),
  ];
  return `${lines.join('\n')}\n`;
}

const discovery = ({ targets, dns }: ScrapeJob, everySeconds: number): string[] => [
  ...(targets ? ['    static_configs:', `      - targets: ${JSON.stringify(targets)}`] : []),
  ...(dns ? ['    dns_sd_configs:', ...lookup(dns, everySeconds, '      ')] : []),
];

const alerting = (alertmanager: DnsName): string[] => [
  'alerting:',
  '  alertmanagers:',
  '    - dns_sd_configs:',
  ...lookup(alertmanager, ALERTMANAGER_REFRESH_SECONDS, '        '),
];

const lookup = ({ name, port }: DnsName, everySeconds: number, indent: string): string[] =>
  [`- names: [${JSON.stringify(name)}]`, '  type: A', `  port: ${port}`, `  refresh_interval: ${everySeconds}s`].map(
    (line) => `${indent}${line}`,
  );
