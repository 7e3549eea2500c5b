import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { serverOf } from '#shared/messaging/jetstream/nats-link.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { setUpFlow } from '#shared/stack/access/access.ts';
import { placeSampleOrder } from '#shared/stack/commands/sample-order.ts';
import { findProgram } from '#shared/stack/programs/programs.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { nobodyAt } from '#shared/testing/ports-for.ts';
import { causes } from './describe-findings.ts';
import { examine } from './examine.ts';
import type { Finding, HopName, Places } from './hop.ts';

const prometheusRuns = (await findProgram('prometheus')) !== undefined;
const doctor = join(import.meta.dirname, 'doctor.ts');

/** The cases build on each other: what was stopped stays so. */
describe.runIf(prometheusRuns)('the doctor, on a real stack', () => {
  let stack: Stack;
  let places: Places;

  beforeAll(async () => {
    stack = await startStack({ prometheus: true, env: { LOG_LEVEL: 'error' } });
    const nobody = await nobodyAt('http');
    places = {
      intake: stack.orderUrl ?? '',
      admin: Object.fromEntries(stack.services.map(({ name, adminUrl }) => [name, adminUrl])),
      store: 'redis',
      prometheus: stack.prometheus?.url ?? '',
      ...{ collector: nobody, tempo: nobody, loki: nobody, grafana: nobody },
    };
  });
  afterAll(() => stack?.stop());

  const stateOf = (findings: readonly Finding[], hop: HopName) => findings.find((found) => found.hop === hop)?.state;
  const saysOf = (findings: readonly Finding[], hop: HopName) =>
    findings.find((found) => found.hop === hop)?.says ?? '';
  const until = (what: string, holds: (findings: readonly Finding[]) => boolean, options = {}) =>
    eventually(
      async () => {
        const findings = await examine(places, options);
        return holds(findings) ? findings : undefined;
      },
      what,
      60_000,
    );

  it('says that nobody has ordered yet', async () => {
    const findings = await until(
      'a first scrape of everything',
      (found) => stateOf(found, 'scrape') === 'ok' && saysOf(found, 'orders').includes('nobody has ordered yet'),
    );
    expect(causes(findings)).toMatchObject([{ hop: 'orders', remedy: expect.stringMatching(/place an order/) }]);
  });

  it('finds every hop in order once an order was scraped, and nothing of Grafana expected', async () => {
    await placeSampleOrder(places.intake, pizzaFlow);
    const inOrder = (found: readonly Finding[]) => stateOf(found, 'orders') === 'ok' && causes(found).length === 0;
    const findings = await until('an order that was scraped, and nothing wrong', inOrder);
    expect(findings.filter(({ state }) => state === 'absent').map(({ hop }) => hop)).toEqual([
      ...(['collector', 'traces', 'logs', 'grafana'] as const),
    ]);
  });

  it('expects Grafana and what it shows when told to', async () => {
    const findings = await until('no hop but those of compose', (found) => causes(found)[0]?.hop === 'collector', {
      all: true,
    });
    expect(causes(findings).map(({ hop }) => hop)).toEqual(['collector']);
    expect(stateOf(findings, 'grafana')).toBe('broken');
  });

  it('names a store that is away, not the services that lack it', async () => {
    stack.redis.signal('SIGSTOP');
    try {
      const findings = await until('Redis to be missed', (found) => saysOf(found, 'services').includes('store away'));
      expect(causes(findings)[0]).toMatchObject({ hop: 'services', says: expect.stringMatching(/store away/) });
      expect(causes(findings)[0]?.remedy).toMatch(/start the server of the store redis again/);
    } finally {
      stack.redis.signal('SIGCONT');
    }
    await until('Redis to be back', (found) => stateOf(found, 'services') === 'ok');
  });

  it('names a durable that somebody deleted, also where only Prometheus can be asked, and is well after the set-up', async () => {
    const nc = await connect(serverOf(stack.nats.url));
    await (await jetstreamManager(nc)).consumers.delete(pizzaFlow.stream, 'chef-service');
    await nc.close();
    const findings = await until('the durable to be missed', (found) => saysOf(found, 'services').includes('durable'));
    expect(causes(findings)[0]).toMatchObject({
      hop: 'services',
      says: expect.stringMatching(/no durable chef-service/),
      remedy: expect.stringMatching(/npm run set-up/),
    });
    const inContainers = { ...places, admin: { 'chef-service': places.collector } };
    await eventually(
      async () => stateOf(await examine(inContainers), 'services') === 'broken' || undefined,
      'the alert',
      60_000,
    );
    await setUpFlow(stack.nats.url, readSettings({ ORDER_TIMEOUT: '30s' }), choreography);
    await until('the durable to be back', (found) => stateOf(found, 'services') === 'ok');
  });

  it('names the service that ended, and the scrape that fails with it is no cause of its own', async () => {
    const chef = stack.services.find(({ name }) => name === 'chef-service');
    await chef?.stop();
    const findings = await until(
      'the scrape to miss it, and nothing else',
      (found) => stateOf(found, 'scrape') === 'broken' && causes(found).length === 1,
    );
    expect(causes(findings)).toMatchObject([
      { hop: 'services', says: expect.stringMatching(/^chef-service does not/) },
    ]);
    expect(saysOf(findings, 'scrape')).toMatch(/no replica of chef-service is scraped.*\/metrics/);
    await chef?.restart();
    await until('the scrape to find it again', (found) => causes(found).length === 0);
  });

  it('names a stopped Prometheus, as a command that exits 1', async () => {
    await stack.prometheus?.stop();
    const env = Object.fromEntries(
      Object.entries(places.admin).map(([name, url]) => [
        `ADMIN_PORT_${name.toUpperCase().replaceAll('-', '_')}`,
        new URL(url).port,
      ]),
    );
    const { intake, prometheus, grafana } = places;
    const args = ['--intake', intake, '--prometheus', prometheus, '--grafana', grafana, '--collector', grafana];
    const options = { env, reject: false, timeout: 60_000 } as const;
    const { exitCode, stdout } = await execa(
      process.execPath,
      [doctor, ...args, '--tempo', grafana, '--loki', grafana],
      options,
    );
    expect(stdout).toMatch(/broken\s+scrape\s+Prometheus at \S+ refused the connection/);
    expect(stdout).toMatch(/Mend scrape first: start it/);
    expect(stdout).not.toMatch(/Mend rules first/);
    expect(exitCode).toBe(1);
  });
});
