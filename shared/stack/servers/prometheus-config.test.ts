import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { prometheusConfig } from './prometheus-config.ts';

test('each service is a job of its own, by address or by name, scraped every 5 s; replicas have names', () => {
  const jobs = [
    { name: 'kitchen-service', replicas: { 'kitchen 1': '127.0.0.1:9103', 'kitchen 2': '127.0.0.1:21000' } },
    { name: 'chef-service', dns: { name: 'chef-service', port: 9100 } },
  ];
  expect(prometheusConfig({ jobs, ruleFiles: ['/etc/prometheus/rules/*.yml'] })).toBe(`global:
  scrape_interval: 5s
  scrape_timeout: 5s
  evaluation_interval: 5s
rule_files:
  - /etc/prometheus/rules/*.yml
scrape_configs:
  - job_name: kitchen-service
    static_configs:
      - targets:
          - 127.0.0.1:9103
        labels:
          instance: kitchen 1
      - targets:
          - 127.0.0.1:21000
        labels:
          instance: kitchen 2
  - job_name: chef-service
    dns_sd_configs:
      - names:
          - chef-service
        type: A
        port: 9100
        refresh_interval: 5s
    relabel_configs:
      - source_labels:
          - job
          - __address__
        regex: (.+);.*?(\\.\\d+):\\d+
        replacement: $1 $2
        target_label: instance
`);
});

test('Alertmanager is looked up by its name', () => {
  const config = prometheusConfig({ jobs: [], alertmanager: { name: 'alertmanager', port: 9093 } });
  expect(parse(config).alerting).toEqual({
    alertmanagers: [{ dns_sd_configs: [{ names: ['alertmanager'], type: 'A', port: 9093, refresh_interval: '30s' }] }],
  });
});

test('a target is given the name of its replica, and no label that the metrics use themselves', () => {
  const jobs = [{ name: 'a', replicas: { a: 'h:1' }, dns: { name: 'a', port: 1 } }];
  const [job] = parse(prometheusConfig({ jobs })).scrape_configs;
  expect(job.static_configs).toEqual([{ targets: ['h:1'], labels: { instance: 'a' } }]);
  expect(job.relabel_configs).toHaveLength(1);
  const [{ regex, replacement, target_label }] = job.relabel_configs;
  expect(target_label).toBe('instance');
  expect('a;172.18.0.5:9100'.replace(new RegExp(regex), replacement)).toBe('a .5');
});
