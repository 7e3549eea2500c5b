import { setUpBroker } from '#shared/messaging/jetstream/set-up-broker.ts';
import type { Pattern } from '#shared/runtime/pattern.ts';
import { brokerTimesOf, type Settings } from '#shared/runtime/settings.ts';
import { storeKindsIn } from '#shared/runtime/store-settings.ts';
import { MONITOR_RULES, OPERATOR_RULES, redisUsersFile, storeRules } from '#shared/store/redis/users.ts';
import type { StoreOwner } from '#shared/store/store-kind.ts';
import { ensureCredentials, type KnownCredentials, MONITOR, OPERATOR, SET_UP } from './credentials-files.ts';
import {
  type NatsPermissions,
  natsUsersConfig,
  operatorPermissions,
  servicePermissions,
  setUpPermissions,
} from './permissions.ts';

export interface Rights {
  readonly nats?: NatsPermissions;
  readonly redis?: readonly string[];
}

/** As the broker's set-up and permissions need to know the services. */
const participantsOf = ({ flow, services }: Pattern) =>
  services.map(({ name, reacts, copies, stores = [], followsStream = false }) => ({
    name,
    reacts: Object.keys(reacts(flow)),
    copies: copies?.(flow) ?? [],
    followsStream,
    stores: [name, ...stores],
  }));

/** Every user of the stores; the operator looks into all of them. */
export function storeOwners(pattern: Pattern, passwordOf: (user: string) => string): StoreOwner[] {
  const own = participantsOf(pattern).map(({ name, stores }) => ({ user: name, stores }));
  const owners = [...own, { user: OPERATOR, stores: own.flatMap(({ stores }) => stores) }];
  return owners.map((owner) => ({ ...owner, password: passwordOf(owner.user) }));
}

/** As the user `set-up`: brings the broker at `url` to what the settings and the services need. @throws as setUpBroker does */
export async function setUpFlow(url: string, settings: Settings, pattern: Pattern): Promise<void> {
  const participants = participantsOf(pattern);
  await setUpBroker({ url, name: SET_UP, flow: pattern.flow, participants, ...brokerTimesOf(settings) });
  for (const { stream, load } of storeKindsIn(pattern, settings))
    if (stream)
      await (await load()).prepare?.(
        url,
        storeOwners(pattern, () => ''),
      );
}

/** Every user and what it may do: it follows from the contract table and the services' declarations alone. */
export function rightsOf(pattern: Pattern): ReadonlyMap<string, Rights> {
  const { flow, services } = pattern;
  const participants = participantsOf(pattern);
  return new Map<string, Rights>([
    ...services.map(({ name, stores = [] }): [string, Rights] => [
      name,
      { nats: servicePermissions(flow, participants, name), redis: storeRules([name, ...stores]) },
    ]),
    [OPERATOR, { nats: operatorPermissions(flow, participants), redis: OPERATOR_RULES }],
    [SET_UP, { nats: setUpPermissions(SET_UP) }],
    [MONITOR, { redis: MONITOR_RULES }],
  ]);
}

/** What the servers are told of their users, and the users' credentials. */
export interface Access {
  /** Part of nats-server's configuration. */
  readonly natsUsers: string;
  /** Redis' ACL file. */
  readonly redisUsers: string;
  readonly credentials: ReadonlyMap<string, KnownCredentials>;
}

/** Reads or makes everybody's credentials; `fileOf` says where a user's are kept. */
export async function createAccess(
  rights: ReadonlyMap<string, Rights>,
  fileOf: (user: string) => string,
  mode?: number,
): Promise<Access> {
  const credentials = new Map<string, KnownCredentials>();
  const natsUsers = [];
  const redisUsers = [];
  for (const [user, { nats, redis }] of rights) {
    const known = await ensureCredentials(fileOf(user), user, mode);
    credentials.set(user, known);
    if (nats) natsUsers.push({ user, password: known.nats, permissions: nats });
    if (redis) redisUsers.push({ user, password: known.redis, rules: redis });
  }
  return { natsUsers: natsUsersConfig(natsUsers), redisUsers: redisUsersFile(redisUsers), credentials };
}
