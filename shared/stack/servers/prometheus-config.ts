import { join } from 'node:path';
import { stringify } from 'yaml';
import { repository } from '../processes/data-dir.ts';

/** A name whose A records are the replicas, all on this port. */
export interface DnsName {
  readonly name: string;
  readonly port: number;
}

/** What is scraped under one name, the service's: each replica's name and `host:port`, or where the name server knows them. */
export interface ScrapeJob {
  readonly name: string;
  readonly replicas?: Readonly<Record<string, string>>;
  readonly dns?: DnsName;
}

export interface PrometheusConfigOptions {
  readonly jobs: readonly ScrapeJob[];
  /** Whom to tell of alerts; while nobody has that name nobody is told. Default: nobody. */
  readonly alertmanager?: DnsName;
  /** Paths or globs of recording and alerting rules. Default: the repository's own. */
  readonly ruleFiles?: readonly string[];
  /** Labels of every alert that is sent; `${NAME}` is a variable of the environment. */
  readonly externalLabels?: Readonly<Record<string, string>>;
}

const OWN_RULES = [join(repository, 'observability/prometheus/rules/*.yml')];
/** Each target is scraped, and its name looked up, this often. */
const EVERY = '5s';
/** Whether somebody wants to be told of alerts changes seldom. */
const ALERTMANAGER_REFRESH = '30s';

/** The text of prometheus.yml. One job per service: `job` names the service, `instance` the replica. */
export const prometheusConfig = ({
  jobs,
  alertmanager,
  ruleFiles = OWN_RULES,
  externalLabels,
}: PrometheusConfigOptions): string =>
  stringify({
    global: {
      scrape_interval: EVERY,
      scrape_timeout: EVERY,
      evaluation_interval: EVERY,
      ...(externalLabels && { external_labels: externalLabels }),
    },
    rule_files: ruleFiles,
    ...(alertmanager && { alerting: { alertmanagers: [lookup(alertmanager, ALERTMANAGER_REFRESH)] } }),
    scrape_configs: jobs.map(({ name, replicas, dns }) => ({
      job_name: name,
      ...(replicas && { static_configs: Object.entries(replicas).map(named) }),
      ...(dns && { ...lookup(dns, EVERY), relabel_configs: [NAMED_BY_ADDRESS] }),
    })),
  });

const named = ([instance, address]: [string, string]) => ({ targets: [address], labels: { instance } });

/** A name server tells only addresses: `172.18.0.5:9100` of kitchen-service is `kitchen-service .5`. */
const NAMED_BY_ADDRESS = {
  source_labels: ['job', '__address__'],
  regex: '(.+);.*?(\\.\\d+):\\d+',
  replacement: '$1 $2',
  target_label: 'instance',
};

const lookup = ({ name, port }: DnsName, refresh: string) => ({
  dns_sd_configs: [{ names: [name], type: 'A', port, refresh_interval: refresh }],
});
