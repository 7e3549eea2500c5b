import { correlatorOf } from '#shared/contracts/flow.ts';
import type { Pattern } from '#shared/runtime/pattern.ts';
import type { StoreKind } from '#shared/store/store-kind.ts';
import type { Gap } from '../comparison.ts';
import { BURST, killedOften, type Lengths, type Scenario } from '../struck/scenarios.ts';
import { withoutLastSecond } from './without-last-second.ts';

/** In each direction: every call of the store takes twice as much longer. */
const LATENCY = '25ms';

/** The same for each store, as far as it can happen to it; why not otherwise. */
export function storeScenarios(pattern: Pattern, kind: StoreKind, { service, calm }: Lengths) {
  const scenarios: Scenario[] = [];
  const gaps: Omit<Gap, 'subject'>[] = [];
  const add = (scenario: Scenario, whyNot?: string | false | undefined) =>
    whyNot ? gaps.push({ scenario: scenario.name, why: whyNot }) : scenarios.push(scenario);
  const server = serverOf(kind) ?? '';
  const part = server === 'dynamodb' ? 'dynalite' : server;
  add({ name: 'service-killed', method: killedOften(correlatorOf(pattern.flow)) });
  add(
    { name: 'store-killed', burst: BURST, method: [{ fault: 'kill', part }, { pause: service }] },
    !server && 'has no server to kill',
  );
  add({ name: 'store-wiped', burst: BURST, away: ['store'], method: [{ fault: 'wipe' }, { pause: calm }] });
  add(
    {
      name: 'store-slow',
      method: [{ fault: 'slow-network', server, latency: LATENCY }, { burst: BURST }, { pause: calm }],
    },
    !server && 'has no network in its calls',
  );
  add(
    { name: 'last-second-lost', burst: BURST, away: ['store'], strike: withoutLastSecond, method: [{ pause: calm }] },
    keepsLastSecond(kind),
  );
  return { scenarios, gaps };
}

/** The server of a store as the network between services and servers knows it: REDIS_URL -> redis. Undefined: it is in files. */
const serverOf = ({ variable, portVariable }: StoreKind): string | undefined =>
  portVariable && variable.replace(/_(URL|ENDPOINT)$/, '').toLowerCase();

/** Why it cannot lose the last second of what it answered; undefined: it can. */
function keepsLastSecond({ name, login }: StoreKind): string | undefined {
  if (name === 'redis') return undefined;
  if (login === 'nats')
    return 'shares its server with the stream, and whatever that server loses, the stream loses too';
  return 'has each commit on the disk before it answers';
}
