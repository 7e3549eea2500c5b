import { hashSync } from 'bcryptjs';
import { deadLetterStream, deadLetterSubject, emittedBy, type Flow, subjectOf } from '#shared/contracts/flow.ts';
import { inboxPrefixOf } from '#shared/messaging/jetstream/nats-link.ts';
import { advisoryStream, eventStreams } from '#shared/messaging/jetstream/topology.ts';
import { subjectsOf } from '#shared/store/jetstream/log-stream.ts';
import type { LogStream, StoreKind } from '#shared/store/store-kind.ts';
import { storeKinds } from '#shared/store/store-kinds.ts';

export interface Participant {
  readonly name: string;
  /** The short types that it consumes, by one durable that is named as the service; without any it has none. */
  readonly reacts: readonly string[];
  /** The short types that it follows besides, by consumers that nobody else has. */
  readonly copies?: readonly string[];
  /** It follows the stream live, by consumers that nobody else has. */
  readonly followsStream: boolean;
  /** The stores that it opens. */
  readonly stores?: readonly string[];
}

export interface NatsPermissions {
  readonly publish: { readonly allow: readonly string[]; readonly deny?: readonly string[] };
  readonly subscribe: { readonly allow: readonly string[] };
}

const api = (call: string): string => `$JS.API.${call}`;

/**
 * What a service may do: publish its own events and dead letters, consume by its own durable, read the state of streams and
 * durables, single messages, and by ephemeral consumers the types that it consumes, copies and publishes. It manages no stream or durable.
 */
export function servicePermissions(flow: Flow, all: readonly Participant[], name: string): NatsPermissions {
  const {
    reacts = [],
    copies = [],
    followsStream = false,
    stores = [],
  } = all.find((participant) => participant.name === name) ?? {};
  const { stream, subjectPrefix } = flow;
  const own = emittedBy(flow, name).map((type) => subjectOf(flow, type, '*'));
  const consumed = reacts.map((type) => subjectOf(flow, type, '*'));
  const copied = copies.map((type) => subjectOf(flow, type, '*'));
  const read = followsStream ? [`${subjectPrefix}.>`] : [...consumed, ...copied, ...own];
  const reading = readerPermissions(flow, all, name, read);
  return {
    publish: {
      allow: [
        ...own,
        deadLetterSubject(name, '>'),
        ...eventStreams(flow).map((each) => api(`STREAM.INFO.${each}`)),
        api(`CONSUMER.LIST.${stream}`),
        api(`DIRECT.GET.${stream}`),
        ...read.map((subject) => api(`DIRECT.GET.${stream}.${subject}`)),
        api(`STREAM.MSG.GET.${stream}`),
        ...(reacts.length > 0 ? acknowledgements(stream, name) : []),
        ...reading.allow,
        ...storeStreams(stores).flatMap(subjectsOf),
      ],
      deny: reading.deny,
    },
    subscribe: { allow: [`${inboxPrefixOf(name)}.>`] },
  };
}

/** The second form of the acknowledgement is what newer brokers announce. */
const acknowledgements = (stream: string, durable: string): string[] => [
  `$JS.ACK.${stream}.${durable}.>`,
  `$JS.ACK.*.*.${stream}.${durable}.>`,
];

/**
 * Reading by its own durable, and by ephemeral consumers with one of these filters each: only one filter is part of the subject
 * that creates a consumer, so permissions cannot restrict several. Any name is allowed but those of durables.
 */
function readerPermissions({ stream }: Flow, all: readonly Participant[], reader: string, filters: readonly string[]) {
  const use = (consumer: string) => [
    api(`CONSUMER.INFO.${stream}.${consumer}`),
    api(`CONSUMER.MSG.NEXT.${stream}.${consumer}`),
  ];
  const remove = (consumer: string) => api(`CONSUMER.DELETE.${stream}.${consumer}`);
  const create = (consumer: string, filter: string) => api(`CONSUMER.CREATE.${stream}.${consumer}.${filter}`);
  const durables = all.filter(({ reacts }) => reacts.length > 0).map(({ name }) => name);
  return {
    allow: [...use('*'), remove('*'), ...filters.map((filter) => create('*', filter))],
    deny: durables.flatMap((durable) => [
      ...(durable === reader ? [] : use(durable)),
      remove(durable),
      create(durable, '>'),
    ]),
  };
}

/** The streams that hold these stores where they are kept in NATS. */
const storeStreams = (stores: readonly string[]): LogStream[] =>
  storeKinds.flatMap((kind: StoreKind) => (kind.stream ? stores.map(kind.stream) : []));

/** The operator's tools read everything, redrive, discard and remove dead letters, and manage consumers, but no stream. */
export const operatorPermissions = (flow: Flow, all: readonly Participant[] = []): NatsPermissions => ({
  publish: {
    allow: [
      `${flow.subjectPrefix}.>`,
      deadLetterSubject('*', '>'),
      ...['INFO', 'STREAM.INFO.*', 'STREAM.LIST', 'STREAM.NAMES', 'STREAM.MSG.GET.*', 'DIRECT.GET.>'].map(api),
      ...['CONSUMER.>', `STREAM.PURGE.${deadLetterStream(flow)}`].map(api),
      // A redriven dead letter is removed together with the broker's advisory on it.
      ...[deadLetterStream(flow), advisoryStream(flow)].map((stream) => api(`STREAM.MSG.DELETE.${stream}`)),
      '$JS.ACK.>',
      // A store that is dropped is rebuilt by its service.
      ...storeStreams(all.flatMap(({ stores = [] }) => stores)).map(({ name }) => api(`STREAM.PURGE.${name}`)),
    ],
  },
  subscribe: { allow: ['>'] },
});

/** The set-up creates streams and durables; it can publish no event. */
export const setUpPermissions = (user: string): NatsPermissions => ({
  publish: { allow: [api('INFO'), api('STREAM.>'), api('CONSUMER.>')] },
  subscribe: { allow: [`${inboxPrefixOf(user)}.>`] },
});

/** bcrypt's cost. The passwords are random and long: a higher one would only make each connection slow. */
const ROUNDS = 4;

/** The part of a nats-server's configuration that says who may connect and what each may do. It holds no password. */
export function natsUsersConfig(
  users: readonly { user: string; password: string; permissions: NatsPermissions }[],
): string {
  const hashed = users.map(({ password, ...user }) => ({ ...user, password: hashSync(password, ROUNDS) }));
  return `authorization: ${JSON.stringify({ users: hashed }, null, 2)}\n`;
}
