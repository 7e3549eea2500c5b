import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob, normalize } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { ownersOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { loadPattern, serviceNames } from '#shared/runtime/pattern.ts';
import { patternNames } from '#shared/runtime/setting-kinds.ts';
import { adminPortVariable, allVariables } from '#shared/runtime/settings.ts';
import { duplicatedIn } from '../../../loadtest/demo/duplicate-fault.ts';
import { ADMIN_PORT } from '../../../observability/prometheus/compose-config.ts';
import { envExample } from '../commands/fixtures/env-example.ts';
import { repository } from '../processes/data-dir.ts';
import { type ComposeService, mebibytes, readComposeFile, startedByDefault } from './fixtures/compose-file.ts';

const { text, file } = readComposeFile();
const services = Object.entries(file.services);
const owners = ownersOf(pizzaFlow);
const duplicated = duplicatedIn(pizzaFlow);

/** Images in which no program could ask: the Prometheus scrape, or whoever uses it, tells. */
const CANNOT_ASK = ['otel-collector', 'redis-exporter', 'toxiproxy', 'dynamodb'];
const BESIDE_THE_SERVICES = ['nats', 'redis', 'demo', 'otel-collector', 'tempo', 'loki', 'prometheus', 'grafana'];
const PROFILES = ['alerts', 'infra', 'load', 'chaos', 'tools', 'postgres', 'dynamodb', ...patternNames()];
/** Settings that speak of the machine that runs `npm start`: a container's are its own, and not every container's. */
const OF_THE_HOST = ['CHAOS_TOKEN_FILE', 'BIND', 'ORDER_PORT', 'NATS_URL', 'REDIS_URL', 'DATA_DIR', 'DURABLE'];

const { scripts, dependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
/** What `docker compose run --rm tools` is given, as package.json names it. */
const TOOLS = ['journey', 'audit', 'dlq', 'stack:doctor', 'rebuild', 'set-up'];

const environmentOf = ({ environment = {} }: ComposeService) => environment;

describe('docker-compose.yml', () => {
  it('has every service of the contract table, all from one image', () => {
    expect(Object.keys(file.services)).toEqual(expect.arrayContaining(owners));
    expect(new Set(owners.map((name) => file.services[name]?.image)).size).toBe(1);
    for (const name of owners) {
      const { command = [], environment = {} } = file.services[name] as ComposeService;
      expect(command.slice(-2)).toEqual(['services/main.ts', name]);
      expect(environment[`ADMIN_PORT_${name.toUpperCase().replaceAll('-', '_')}`]).toBe(ADMIN_PORT);
    }
  });

  it('starts what DESIGN promises without being asked, and the rest by profile', () => {
    expect(startedByDefault(file)).toEqual(expect.arrayContaining([...owners, ...BESIDE_THE_SERVICES]));
    const profiles = services.flatMap(([, { profiles: of = [] }]) => of);
    for (const profile of profiles) expect(PROFILES).toContain(profile);
  });

  it.each(patternNames())('has what the pattern %s runs besides, by a profile of its name', async (name) => {
    for (const service of serviceNames(await loadPattern(name)).filter((one) => !owners.includes(one))) {
      const { command = [], environment, profiles, volumes } = file.services[service] as ComposeService;
      expect(command.slice(-2)).toEqual(['services/main.ts', service]);
      expect(environment?.[adminPortVariable(service)]).toBe(ADMIN_PORT);
      expect(profiles).toEqual([name]);
      expect(volumes).toEqual([`credentials-${service}:/run/credentials:ro`, 'state:/state']);
      expect(file.services.credentials?.volumes).toContain(`credentials-${service}:/credentials/${service}`);
    }
  });

  it('orders only from services that are healthy', () => {
    const { depends_on } = file.services.demo as ComposeService;
    for (const name of owners) expect(depends_on?.[name]?.condition, name).toBe('service_healthy');
  });

  it.each(services)('%s reaches nothing of the host', (_name, { volumes = [], ...service }) => {
    expect(volumes.join()).not.toMatch(/docker\.sock|^\//);
    for (const right of ['privileged', 'network_mode', 'pid', 'ipc', 'devices', 'cap_add'])
      expect(service).not.toHaveProperty(right);
  });

  it.each(services)('%s names its image by an exact version', (_name, { image }) => {
    expect(image).toMatch(/:v?\d+\.\d+\.\d+(-[a-z]+)?$|^postgres:\d+\.\d+-alpine$/);
  });

  it.each(services)('%s has a memory limit', (_name, { mem_limit = '' }) => {
    expect(mebibytes(mem_limit)).toBeGreaterThan(0);
  });

  it('takes at most 3.5 GB when everything is at its limit', () => {
    // A job has ended before the services begin, which take more.
    const together = startedByDefault(file).filter((name) => file.services[name]?.restart !== 'no');
    const limits = together.map((name) => mebibytes(file.services[name]?.mem_limit ?? ''));
    expect(limits.reduce((sum, limit) => sum + limit, 0)).toBeLessThanOrEqual(3.5 * 1024);
  });

  it.each(services)(
    '%s has a health check, or ends by itself, or is known to have nothing that could ask',
    (name, service) => {
      const ends = service.restart === 'no';
      expect(Boolean(service.healthcheck)).toBe(!ends && !CANNOT_ASK.includes(name));
      // Slow machines: until then a failed check does not count.
      if (service.healthcheck) expect(service.healthcheck.start_period).toMatch(/^\d+s$/);
    },
  );

  it.each(services)('%s can change nothing but its volumes, and gain no right', (_name, service) => {
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
  });

  it.each(services)('%s publishes ports on the loopback address, by a variable', (_name, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+$/);
  });

  it.each(owners)('only %s, and who makes them, is given its credentials', (name) => {
    const volume = `credentials-${name}`;
    const mounts = services.flatMap(([by, { volumes = [] }]) =>
      volumes.filter((mount) => mount.startsWith(`${volume}:`)).map((mount) => [by, mount]),
    );
    expect(mounts).toEqual([
      ['credentials', `${volume}:/credentials/${name}`],
      [name, `${volume}:/run/credentials:ro`],
    ]);
  });

  it('gives the token of the demo’s fault to the demo and to the service that injects it', () => {
    const given = services.filter(([, { volumes = [] }]) => volumes.includes('chaos-token:/run/faults:ro'));
    expect(given.map(([name]) => name).sort()).toEqual(['demo', duplicated.service]);
    for (const [name, service] of given)
      expect(environmentOf(service), name).toMatchObject({ CHAOS_TOKEN_FILE: '/run/faults/token' });
    expect(file.services.credentials?.volumes).toContain('chaos-token:/credentials/faults');
    expect(file.services.demo?.command?.at(-1)).toBe(`http://${duplicated.service}:${ADMIN_PORT}`);
  });

  it('tells who makes the credentials the pattern, whose users and rights they are', () => {
    expect(file.services.credentials?.environment).toHaveProperty('PATTERN');
  });

  it('gives the operator’s credentials to the tools alone', () => {
    const by = services.filter(([, { volumes = [] }]) => volumes.some((mount) => /^credentials-operator:/.test(mount)));
    expect(by.map(([name]) => name)).toEqual(['credentials', 'tools']);
    expect(file.services.tools?.profiles).toEqual(['tools']);
  });

  it('builds its image once: all others that run it wait for the one that has the build, and never pull', () => {
    const [[builder = '', { image: built = '' } = {}] = [], ...more] = services.filter(([, { build }]) => build);
    expect(more).toEqual([]);
    const others = services.filter(([name, { image }]) => image === built && name !== builder);
    expect(others.length).toBeGreaterThanOrEqual(owners.length + 2);
    const waitsFor = (name: string): string[] =>
      Object.keys(file.services[name]?.depends_on ?? {}).flatMap((other) => [other, ...waitsFor(other)]);
    for (const [name, { pull_policy, profiles }] of others) {
      expect(pull_policy, name).toBe('never');
      // What is run beside a stack that is up finds the image there.
      if (!profiles) expect(waitsFor(name), name).toContain(builder);
    }
  });

  it('publishes no port of what may be started twice', () => {
    for (const name of owners.filter((owner) => owner !== 'order-service'))
      expect(file.services[name]?.ports).toBeUndefined();
  });

  it('waits for what has no health check only until it is started', () => {
    for (const [name, { depends_on = {} }] of services)
      for (const [other, { condition }] of Object.entries(depends_on))
        if (condition === 'service_healthy')
          expect(file.services[other]?.healthcheck, `${name} -> ${other}`).toBeDefined();
  });

  it('mounts only files that are there, and only volumes that are declared', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':/')[0] ?? ''));
    const [files, named] = [
      mounts.filter((from) => from.startsWith('.')),
      mounts.filter((from) => !from.startsWith('.')),
    ];
    for (const from of files)
      for (const durable of ['0', '1'])
        expect(existsSync(join(repository, from.replace(/\$\{DURABLE:-0\}/, durable))), from).toBe(true);
    expect(new Set(named)).toEqual(new Set(Object.keys(file.volumes)));
  });
});

describe('the variables of docker-compose.yml', () => {
  const documented = new Map(
    [...envExample(choreography).matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  const used = [...text.matchAll(/\$\{([A-Z_]+)(?::-([^}]*))?\}/g)].map(([, name = '', fallback]) => ({
    name,
    fallback,
  }));

  it.each(used)('$name is in .env.example', ({ name, fallback }) => {
    expect(documented.has(name)).toBe(true);
    if (name.endsWith('_PORT')) expect(fallback).toBe(documented.get(name));
  });

  it.each(owners)('%s is given every setting that is not about the host', (name) => {
    const given = Object.keys(environmentOf(file.services[name] as ComposeService));
    const wanted = Object.keys(allVariables).filter(
      (variable) => !OF_THE_HOST.includes(variable) && !/_PORT$/.test(variable),
    );
    expect(given).toEqual(expect.arrayContaining(wanted));
  });
});

test('the image holds all that its programs import', () => {
  const ignore = readFileSync(join(repository, 'services/Dockerfile.dockerignore'), 'utf8').split('\n');
  const kept = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const left = ignore.filter((line) => /^[a-z*]/.test(line) && line !== '*');
  const isIn = (path: string) =>
    kept.some((place) => path === place || matchesGlob(path, `${place}/**`)) &&
    !left.some((pattern) => matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`));
  const programs = services
    .flatMap(([, { image, command = [] }]) => (image === file.services.credentials?.image ? command : []))
    .filter((word) => /\.(ts|mjs)$/.test(word))
    .concat(patternNames().map((name) => `services/patterns/${name}/pattern.ts`))
    .concat(TOOLS.map((script) => /exec node (\S+)/.exec(scripts[script] ?? '')?.[1] ?? script));
  expect(programs.length).toBeGreaterThanOrEqual(2 * owners.length + 1);
  const needed = importedBy(programs);
  expect(needed.files.size).toBeGreaterThan(100);
  expect([...needed.files].filter((path) => !isIn(path))).toEqual([]);
  const development = [...needed.packages].filter((name) => !Object.hasOwn(dependencies, name));
  expect(development, 'packages that the image lacks').toEqual([]);
});

/** These files and all that they import within the repository, as paths in it, and the packages that these import. */
function importedBy(programs: readonly string[]) {
  const found = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    const text = readFileSync(join(repository, path), 'utf8').replaceAll(/^(import|export) type [^;]*;/gm, '');
    for (const [, name = ''] of text.matchAll(/(?:from|import)\s*\(?'([^']+)'/g))
      if (/^[.#]/.test(name)) visit(name.startsWith('#') ? name.slice(1) : join(dirname(path), name));
      else if (!name.startsWith('node:')) packages.add(/^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
  };
  for (const program of programs) visit(normalize(program));
  return { files: found, packages };
}

test('the Dockerfile builds on an exact version, the one that the tests run on, and ends as an unprivileged user', () => {
  const dockerfile = readFileSync(join(repository, 'services/Dockerfile'), 'utf8');
  const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  expect(new Set(images)).toEqual(new Set([`node:${process.version.slice(1)}-bookworm-slim`]));
  expect(dockerfile).toMatch(/^USER node$/m);
  expect(dockerfile).toMatch(/npm ci --omit=dev/);
});
