import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readComposeFile } from '#shared/stack/compose/fixtures/compose-file.ts';
import { datasources } from '../dashboards/board/target.ts';
import { alertNames } from '../prometheus/rules/alert-catalogue.ts';

/** How the files fit each other and docker-compose.yml. What one program allows in its own file, the program judges: configurations.stack.ts. */

const { services } = readComposeFile().file;
const text = (path: string) => readFileSync(join(import.meta.dirname, '..', path), 'utf8');
/** As the container of `service` has it. */
const read = <Config>(path: string, service: string) => {
  const given = services[service]?.environment ?? {};
  const filled = text(path).replaceAll(/(?<!\$)\$\{([A-Z_]+)\}/g, (_all, name: string) =>
    String(given[name] ?? expect.fail(`docker-compose.yml does not give ${name} to ${service}`)),
  );
  return parse(filled, { merge: true }) as Config;
};
const portOf = (address: string) => new URL(address.includes('://') ? address : `http://${address}`).port;

interface Otlp {
  readonly otlp: { readonly protocols: { readonly http: { readonly endpoint: string } } };
}
interface Pipeline {
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}
interface Collector {
  readonly receivers: Otlp;
  readonly processors: object;
  readonly exporters: Readonly<Record<string, { readonly endpoint: string }>>;
  readonly service: { readonly pipelines: Readonly<Record<string, Pipeline>> };
}
interface Tempo {
  readonly server: { readonly http_listen_port: number };
  readonly distributor: { readonly receivers: Otlp };
  readonly metrics_generator: { readonly storage: { readonly remote_write: readonly { readonly url: string }[] } };
}
interface Loki {
  readonly server: { readonly http_listen_port: number };
}

/** Components of the collector that no pipeline names, and those that a pipeline names in vain. */
function unmatched(config: Collector): string[] {
  return (['receivers', 'processors', 'exporters'] as const).flatMap((kind) => {
    const declared = new Set(Object.keys(config[kind]));
    const used = new Set(Object.values(config.service.pipelines).flatMap((pipeline) => pipeline[kind]));
    return [...declared, ...used].filter((name) => !declared.has(name) || !used.has(name));
  });
}

describe('the configurations', () => {
  const collector = read<Collector>('collector/collector.yml', 'otel-collector');
  const tempo = read<Tempo>('tempo/tempo.yml', 'tempo');
  const loki = read<Loki>('loki/loki.yml', 'loki');

  it('have each component of the collector in a pipeline, and no other', () => {
    expect(unmatched(collector)).toEqual([]);
    const { traces } = collector.service.pipelines;
    const logs = { ...(traces as Pipeline), exporters: ['otlp_http/nobody'] };
    const changed = { ...collector, service: { pipelines: { traces: traces as Pipeline, logs } } };
    expect(unmatched(changed)).toEqual(['otlp_http/loki', 'otlp_http/nobody']);
  });

  it('send to the ports on which the next one listens', () => {
    expect(portOf(collector.exporters['otlp_http/tempo']?.endpoint ?? '')).toBe(
      portOf(tempo.distributor.receivers.otlp.protocols.http.endpoint),
    );
    expect(portOf(collector.exporters['otlp_http/loki']?.endpoint ?? '')).toBe(String(loki.server.http_listen_port));
    for (const { url } of tempo.metrics_generator.storage.remote_write) expect(portOf(url)).toBe('9090');
  });

  it('listen on the ports that docker-compose.yml publishes', () => {
    const published = (service: string) => services[service]?.ports?.map((port) => Number(port.split(':').at(-1)));
    expect(published('otel-collector')).toContain(Number(portOf(collector.receivers.otlp.protocols.http.endpoint)));
    expect(published('tempo')).toContain(tempo.server.http_listen_port);
    expect(published('loki')).toContain(loki.server.http_listen_port);
  });

  it('give Grafana the data sources that the dashboards name, each at the port of its program', () => {
    const { datasources: provisioned } = read<{ datasources: { uid: string; type: string; url: string }[] }>(
      'grafana/provisioning/datasources/datasources.yml',
      'grafana',
    );
    expect(provisioned.map(({ uid, type }) => ({ uid, type }))).toEqual(Object.values(datasources));
    const ports = { prometheus: 9090, tempo: tempo.server.http_listen_port, loki: loki.server.http_listen_port };
    for (const { uid, url } of provisioned) expect(url, uid).toBe(`http://${uid}:${Object(ports)[uid]}`);
    const linked = [...JSON.stringify(provisioned).matchAll(/"datasourceUid":"([^"]+)"/g)].map(([, uid]) => uid);
    expect(linked.length).toBeGreaterThan(0);
    for (const uid of linked) expect(Object.keys(datasources)).toContain(uid);
  });

  it('let Grafana read the dashboards where docker-compose.yml mounts them', () => {
    const { providers } = read<{ providers: { options: { path: string } }[] }>(
      'grafana/provisioning/dashboards/dashboards.yml',
      'grafana',
    );
    for (const { options } of providers)
      expect(services.grafana?.volumes).toContain(`./observability/dashboards:${options.path}:ro`);
  });

  it('name sections and keys of Grafana’s own in its variables', () => {
    const lines = text('grafana/grafana.env')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    for (const line of lines)
      expect(line).toMatch(
        /^GF_(AUTH(_ANONYMOUS|_BASIC)?|ANALYTICS|NEWS|PLUGINS|SECURITY|LOG|DASHBOARDS)_[A-Z_]+=\S+$/,
      );
  });

  it('route alerts that exist to receivers that exist', () => {
    const { route, receivers } = read<{
      route: { receiver: string; routes: { receiver: string }[] };
      receivers: { name: string }[];
    }>('alertmanager/alertmanager.yml', 'alertmanager');
    const declared = receivers.map(({ name }) => name);
    for (const { receiver } of [route, ...route.routes]) expect(declared).toContain(receiver);
    const named = [...text('alertmanager/alertmanager.yml').matchAll(/alertname=~?"([^"]+)"/g)].flatMap(
      ([, names = '']) => names.split('|'),
    );
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(alertNames).toContain(name);
  });
});
