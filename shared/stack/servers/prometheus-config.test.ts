import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { prometheusConfig } from './prometheus-config.ts';

test('each service is a job of its own, by address or by name, scraped every 5 s', () => {
  const jobs = [
    { name: 'kitchen-service', targets: ['127.0.0.1:9103', '127.0.0.1:21000'] },
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
          - 127.0.0.1:21000
  - job_name: chef-service
    dns_sd_configs:
      - names:
          - chef-service
        type: A
        port: 9100
        refresh_interval: 5s
`);
});

test('Alertmanager is looked up by its name', () => {
  const config = prometheusConfig({ jobs: [], alertmanager: { name: 'alertmanager', port: 9093 } });
  expect(parse(config).alerting).toEqual({
    alertmanagers: [{ dns_sd_configs: [{ names: ['alertmanager'], type: 'A', port: 9093, refresh_interval: '30s' }] }],
  });
});

test('no target is given a label that the metrics use themselves', () => {
  const jobs = [{ name: 'a', targets: ['h:1'], dns: { name: 'a', port: 1 } }];
  expect(prometheusConfig({ jobs })).not.toMatch(/labels|service:/);
});
