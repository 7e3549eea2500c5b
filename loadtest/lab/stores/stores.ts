import { loadPattern } from '#shared/runtime/pattern.ts';
import { DEFAULT_PATTERN } from '#shared/runtime/setting-kinds.ts';
import type { StoreKind } from '#shared/store/store-kind.ts';
import { storeKind, storeKinds } from '#shared/store/store-kinds.ts';
import type { Comparison, Gap } from '../comparison.ts';
import { aloneFigures } from '../healthy.ts';
import { ORDERS_PER_S } from '../patterns.ts';
import { lengthsOf } from '../struck/scenarios.ts';
import { struckFigures } from '../struck/struck.ts';
import { chosenOf, type Subject } from '../subjects.ts';
import { storeClaims } from './store-claims.ts';
import { probeStore } from './store-probe.ts';
import { storeScenarios } from './store-scenarios.ts';

/** Starting a stack once, and stopping it. */
const START_S = 5;
const STRUCK_S = { quick: 75, full: 150 };

/** A minute, longer than any store is away: what is compared is how long that is, and no deadline cuts it off. */
const patience = { ORDER_TIMEOUT: '5h', RESERVATION_TTL: '12h' };

const names = (): string[] => storeKinds.map(({ name }) => name);

/** Every store of shared/store, on the default wiring. */
export const stores: Comparison = {
  name: 'stores',
  description:
    'The same orders and the same faults with the state in each of the stores of shared/store. Ctrl-C stops all.',
  title: 'The stores side by side',
  only: `these alone, of ${names().join(', ')}`,
  peer: storeKinds[0].name,
  names,
  open: openStoreSubjects,
  parts: [
    {
      name: 'healthy',
      seconds: ({ orders, seconds }) => START_S + (2 * orders) / ORDERS_PER_S + 3 * seconds,
      measure: async (subject, run) => (await aloneFigures(subject, run, probeStore)).figures,
    },
    {
      name: 'struck',
      seconds: ({ quick }) => (quick ? STRUCK_S.quick : STRUCK_S.full),
      measure: (subject, run) => {
        const { scenarios } = storeScenarios(subject.pattern, kindOf(subject), lengthsOf(run.quick));
        return struckFigures({ ...subject, env: { ...subject.env, ...patience } }, scenarios, run);
      },
    },
  ],
  claims: storeKinds.flatMap(({ name }) => storeClaims(name)),
  gapsOf: (subjects) => subjects.flatMap(gapsOf),
};

async function openStoreSubjects(only: readonly string[] = []): Promise<Subject[]> {
  const pattern = await loadPattern(DEFAULT_PATTERN);
  return chosenOf('store', only, names()).map((name) => ({ name, pattern, env: { STORE: name } }));
}

const kindOf = ({ name }: Subject): StoreKind => storeKind(name);

function gapsOf(subject: Subject): Gap[] {
  const { gaps } = storeScenarios(subject.pattern, kindOf(subject), lengthsOf(true));
  return gaps.map((gap) => ({ subject: subject.name, ...gap }));
}
