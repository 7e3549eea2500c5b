import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findProgram } from '#shared/stack/programs/programs.ts';
import { alertNames } from '../prometheus/rules/alert-catalogue.ts';
import {
  alertmanagerSchema,
  collectorSchema,
  dashboardsSchema,
  datasourcesSchema,
  lokiSchema,
  tempoSchema,
} from './configuration-schemas.ts';

const folder = join(import.meta.dirname, '..');
const file = (path: string) => join(folder, path);
/** As a container has it: what is a variable has its default. */
const read = (path: string) => {
  const text = readFileSync(file(path), 'utf8').replaceAll(/\$\{(?:env:)?[A-Z_]+:-([^}]*)\}/g, '$1');
  return parse(text, { merge: true }) as Record<string, unknown>;
};

const documented = [
  ['collector/collector.yml', collectorSchema],
  ['tempo/tempo.yml', tempoSchema],
  ['loki/loki.yml', lokiSchema],
  ['alertmanager/alertmanager.yml', alertmanagerSchema],
  ['grafana/provisioning/datasources/datasources.yml', datasourcesSchema],
  ['grafana/provisioning/dashboards/dashboards.yml', dashboardsSchema],
] as const;

describe('what the documentation allows', () => {
  it.each(documented)('%s', (path, schema) => {
    expect(schema.safeParse(read(path)).error?.issues ?? []).toEqual([]);
  });

  it.each(documented)('%s with a misspelt key is refused', (path, schema) => {
    expect(schema.safeParse({ ...read(path), receiverz: {} }).success).toBe(false);
  });

  it('a pipeline of the collector that names nobody is refused', () => {
    const config = read('collector/collector.yml') as { service: { pipelines: { logs: object } } };
    const logs = { ...config.service.pipelines.logs, exporters: ['otlp_http/nobody'] };
    const pipelines = { ...config.service.pipelines, logs };
    expect(collectorSchema.safeParse({ ...config, service: { ...config.service, pipelines } }).success).toBe(false);
  });

  it('Alertmanager knows only alerts that there are', () => {
    const text = readFileSync(file('alertmanager/alertmanager.yml'), 'utf8');
    const named = [...text.matchAll(/alertname=~?"([^"]+)"/g)].flatMap(([, names = '']) => names.split('|'));
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(alertNames).toContain(name);
  });

  it('Grafana’s variables are sections and keys of its own, and every variable of the provisioning is given', () => {
    const lines = readFileSync(file('grafana/grafana.env'), 'utf8')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    for (const line of lines)
      expect(line).toMatch(
        /^GF_(AUTH(_ANONYMOUS|_BASIC)?|ANALYTICS|NEWS|PLUGINS|SECURITY|LOG|DASHBOARDS)_[A-Z_]+=\S+$/,
      );
  });
});

const prometheus = await findProgram('prometheus');

interface Judge {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Each program with the arguments by which it judges a configuration and ends. */
const judges: readonly Judge[] = [
  { program: 'promtool', args: ['check', 'config', '--syntax-only', file('prometheus/prometheus.yml')] },
  { program: 'amtool', args: ['check-config', file('alertmanager/alertmanager.yml')] },
  {
    program: 'otelcol',
    args: ['validate', `--config=${file('collector/collector.yml')}`],
    env: { COLLECTOR_BIND: '127.0.0.1', TEMPO_OTLP: 'http://tempo:4318', LOKI_OTLP: 'http://loki:3100/otlp' },
  },
  { program: 'tempo', args: ['-config.verify', '-config.expand-env=true', `-config.file=${file('tempo/tempo.yml')}`] },
  { program: 'loki', args: ['-verify-config', '-config.expand-env=true', `-config.file=${file('loki/loki.yml')}`] },
];

describe('what the program itself says, where it is on PATH', () => {
  it.for(judges)('$program', { timeout: 60_000 }, async ({ program, args, env }, { skip }) => {
    // It lies beside prometheus.
    const path = program === 'promtool' && prometheus ? join(dirname(prometheus.path), program) : program;
    const options = { env: { ...prometheus?.env, ...env }, all: true, reject: false } as const;
    const { failed, code, all } = await execa(path, args, options);
    if (code === 'ENOENT') skip(`${program} is not on PATH: the schema above has judged alone`);
    expect(failed, all).toBe(false);
  });
});
