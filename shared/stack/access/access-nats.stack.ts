import { connect, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { deadLetterSubject, emittedBy, subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow as flow } from '#shared/contracts/pizza-flow.ts';
import { createJetStreamBus } from '#shared/messaging/jetstream/jetstream-bus.ts';
import { inboxPrefixOf, serverOf } from '#shared/messaging/jetstream/nats-link.ts';
import { eventStreams } from '#shared/messaging/jetstream/topology.ts';
import { bareUrl, withUser } from '#shared/messaging/server-url.ts';
import { serviceNames } from '#shared/runtime/pattern.ts';
import type { Service } from '#shared/runtime/service.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { createTestUsers, type TestUsers } from '#shared/stack/access/fixtures/test-users.ts';
import { startNats } from '../servers/native-server.ts';
import type { NativeServer } from '../servers/running-server.ts';
import { setUpFlow } from './access.ts';
import { MONITOR, OPERATOR, SET_UP } from './credentials-files.ts';

const { stream } = flow;
const names = serviceNames(choreography);
const types = Object.keys(flow.events);

let users: TestUsers;
let nats: NativeServer;

beforeAll(async () => {
  users = await createTestUsers();
  const prepare = (url: string) => setUpFlow(users.urlOf(url, SET_UP, 'nats'), readSettings({}), choreography);
  nats = await startNats({ access: users.accessTo('nats'), prepare });
});
afterAll(async () => {
  await nats?.stop();
  await users?.[Symbol.asyncDispose]();
});

/** Of all services: each is named as its service. */
const durables = () =>
  users.services.filter(({ reacts }) => Object.keys(reacts(flow)).length > 0).map(({ name }) => name);

async function connectAs(user: string): Promise<NatsConnection> {
  return connect(serverOf(users.urlOf(nats.url, user, 'nats')));
}

/** Which of these the broker refuses to this user. */
async function refused(
  user: string,
  operation: 'publish' | 'subscription',
  subjects: readonly string[],
): Promise<string[]> {
  const nc = await connectAs(user);
  const violations = new Set<string>();
  const status = nc.status();
  const heard = (async () => {
    for await (const event of status)
      if (
        event.type === 'error' &&
        event.error instanceof PermissionViolationError &&
        event.error.operation === operation
      )
        violations.add(event.error.subject);
  })();
  for (const subject of subjects)
    if (operation === 'publish') nc.publish(subject, '{}');
    else nc.subscribe(subject, { callback: () => undefined });
  await nc.flush();
  await nc.close();
  await heard;
  return subjects.filter((subject) => violations.has(subject));
}

const api = (...calls: string[]) => calls.map((call) => `$JS.API.${call}`);
const manageStreams = eventStreams(flow).flatMap((name) =>
  api(
    `STREAM.CREATE.${name}`,
    `STREAM.UPDATE.${name}`,
    `STREAM.DELETE.${name}`,
    `STREAM.PURGE.${name}`,
    `STREAM.MSG.DELETE.${name}`,
  ),
);

describe.each(names)('NATS lets %s', (name) => {
  it('publish no event of another service, and each of its own', async () => {
    const own = emittedBy(flow, name).map((type) => subjectOf(flow, type, '12345'));
    const foreign = types.map((type) => subjectOf(flow, type, '12345')).filter((subject) => !own.includes(subject));
    expect(foreign.length + own.length).toBe(types.length);
    expect(await refused(name, 'publish', foreign)).toEqual(foreign);
    expect(await refused(name, 'publish', own)).toEqual([]);
  });

  it('write no dead letter in the name of another', async () => {
    const letters = (of: string) => types.map((type) => deadLetterSubject(of, type));
    const foreign = names.filter((other) => other !== name).flatMap(letters);
    expect(await refused(name, 'publish', foreign)).toEqual(foreign);
    expect(await refused(name, 'publish', letters(name))).toEqual([]);
  });

  it('use no durable of another: neither pull, nor acknowledge, nor change, nor remove', async () => {
    const uses = (durable: string) => [
      ...api(`CONSUMER.INFO.${stream}.${durable}`, `CONSUMER.MSG.NEXT.${stream}.${durable}`),
      ...api(`CONSUMER.CREATE.${stream}.${durable}`),
      ...types.map((type) => `$JS.API.CONSUMER.CREATE.${stream}.${durable}.${subjectOf(flow, type, '*')}`),
      ...api(`CONSUMER.DURABLE.CREATE.${stream}.${durable}`, `CONSUMER.DELETE.${stream}.${durable}`),
      `$JS.ACK.${stream}.${durable}.1.1.1.1.0`,
      `$JS.ACK._.hash.${stream}.${durable}.1.1.1.1.0`,
    ];
    const foreign = durables()
      .filter((durable) => durable !== name)
      .flatMap(uses);
    expect(foreign.length).toBeGreaterThan(0);
    expect(await refused(name, 'publish', foreign)).toEqual(foreign);
  });

  it('see how far every durable is', async () => {
    expect(await refused(name, 'publish', api(`CONSUMER.LIST.${stream}`))).toEqual([]);
  });

  it('remove or change not even its own durable, and no stream', async () => {
    const own = durables()
      .filter((durable) => durable === name)
      .flatMap((durable) => [
        ...api(`CONSUMER.DELETE.${stream}.${durable}`, `CONSUMER.DURABLE.CREATE.${stream}.${durable}`),
        ...api(`CONSUMER.CREATE.${stream}.${durable}`),
        ...types.map((type) => `$JS.API.CONSUMER.CREATE.${stream}.${durable}.${subjectOf(flow, type, '*')}`),
      ]);
    const all = [...own, ...manageStreams, ...api('STREAM.CREATE.OTHER', 'ACCOUNT.PURGE.x'), '$SYS.REQ.SERVER.PING'];
    expect(await refused(name, 'publish', all)).toEqual(all);
  });

  it('read again what it consumes and publishes, and all only if it follows the stream', async () => {
    const { reacts, followsStream = false } = users.services.find((service) => service.name === name) as Service;
    const read = (type: string) => `$JS.API.CONSUMER.CREATE.${stream}.some-name.${subjectOf(flow, type, '*')}`;
    const own = [...Object.keys(reacts(flow)), ...emittedBy(flow, name)];
    const foreign = types.filter((type) => !own.includes(type)).map(read);
    expect(await refused(name, 'publish', own.map(read))).toEqual([]);
    expect(await refused(name, 'publish', foreign)).toEqual(followsStream ? [] : foreign);
    // Without a filter in the subject, the request itself would say what is read.
    const unfiltered = api(`CONSUMER.CREATE.${stream}.some-name`, `CONSUMER.CREATE.${stream}`);
    expect(await refused(name, 'publish', unfiltered)).toEqual(unfiltered);
  });

  it('hear what is sent to itself alone', async () => {
    const foreign = [
      '>',
      `${flow.subjectPrefix}.>`,
      'dlq.>',
      '$JS.API.>',
      '_INBOX.>',
      ...names.filter((other) => other !== name).map((other) => `${inboxPrefixOf(other)}.>`),
    ];
    expect(await refused(name, 'subscription', foreign)).toEqual(foreign);
    expect(await refused(name, 'subscription', [`${inboxPrefixOf(name)}.>`])).toEqual([]);
  });
});

describe('NATS', () => {
  it('lets the operator read all, redrive and discard, but manage no stream', async () => {
    // What is redriven leaves, the broker's own word on it included.
    const removesLetters = /PURGE\..*_DLQ$|MSG\.DELETE\..*_(DLQ|ADVISORIES)$/;
    const others = manageStreams.filter((call) => !removesLetters.test(call));
    expect(others).toHaveLength(manageStreams.length - 3);
    expect(await refused(OPERATOR, 'publish', manageStreams)).toEqual(others);
    expect(await refused(OPERATOR, 'subscription', ['>'])).toEqual([]);
    const redriven = subjectOf(flow, flow.start, 'x');
    const discarded = deadLetterSubject('discarded', `payment-service.${flow.start}`);
    expect(await refused(OPERATOR, 'publish', [redriven, discarded])).toEqual([]);
  });

  it('lets the set-up publish no event', async () => {
    const all = types.map((type) => subjectOf(flow, type, '12345'));
    expect(await refused(SET_UP, 'publish', all)).toEqual(all);
  });

  it.each([
    ['without credentials', (url: string) => bareUrl(url)],
    ['with a wrong password', (url: string) => withUser(bareUrl(url), 'payment-service', 'wrong')],
    ['known to Redis alone', (url: string) => users.urlOf(url, MONITOR, 'nats')],
  ])('refuses a client %s', async (_, change) => {
    const failure = await connect({ ...serverOf(change(nats.url)), reconnect: false }).catch((error: Error) => error);
    expect(String(failure)).toMatch(/Authorization Violation/i);
  });

  it('tells a service that is not admitted what to do', async () => {
    const url = bareUrl(nats.url);
    const opening = createJetStreamBus({
      url,
      flow,
      name: 'test',
      ackWaitMs: 5_000,
      retentionMs: 1,
      deadLetterRetentionMs: 1,
    });
    await expect(opening).rejects.toThrow(/does not admit a client without credentials: .*CREDENTIALS_FILE/);
  });
});
