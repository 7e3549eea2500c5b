import type { Requirement } from '#shared/contracts/flow.ts';
import { toMinor } from '#shared/contracts/money.ts';
import type { Owed } from '#shared/runtime/service.ts';
import type { Count, Fact } from '#shared/store/store.ts';
import type { Contributions, Resolution } from './resolve.ts';

/**
 * What an order adds to the kitchen's totals: `stage:<stage>`, `resolved:<outcome>:<missing>:<reason>`,
 * `compensation:<type>:<reason>`, and of the money that was taken for it `money:held:<currency>` and
 * `money:sold:<currency>` in minor units. The metrics read these names.
 */
export const countsOf = (
  requirements: readonly Requirement[],
  contributions: Contributions,
  resolution: Resolution | undefined,
  compensations: readonly Owed[],
): Count[] => [
  { once: 'created', total: 'stage:created', by: 1 },
  ...requirements
    .filter(({ name }) => contributions.has(name))
    .map(({ stage }) => ({ once: stage, total: `stage:${stage}`, by: 1 })),
  ...(resolution ? resolutionCounts(resolution) : []),
  ...compensations.map(compensationCount),
  ...requirements.flatMap((requirement) => moneyCounts(requirement, contributions, resolution, compensations)),
];

function resolutionCounts(resolution: Resolution): Count[] {
  const outcome = resolution.status === 'failed' ? 'cancelled' : resolution.status;
  const missing = resolution.status === 'timeout' ? resolution.missing.join('+') : 'none';
  const reason = resolution.status === 'failed' ? resolution.cause : 'none';
  return [
    { once: 'resolved-stage', total: `stage:${outcome}`, by: 1 },
    { once: 'resolved', total: `resolved:${outcome}:${missing}:${reason}`, by: 1 },
  ];
}

const compensationCount = ({ type, data, cause }: Owed): Count => ({
  once: `${type}:${cause?.id}`,
  total: `compensation:${type}:${data.reason}`,
  by: 1,
});

/** Held from the fulfilment on that took it, until the order is ready (sold) or its compensation is asked for. */
function moneyCounts(
  { name, amount }: Requirement,
  contributions: Contributions,
  resolution: Resolution | undefined,
  compensations: readonly Owed[],
): Count[] {
  if (!amount) return [];
  return (contributions.get(name) ?? []).flatMap(({ fact, counts }): Count[] => {
    const currency = String(fact.data[amount.currency]);
    const by = toMinor(Number(fact.data[amount.value]), currency);
    const held = (once: string, sign: number): Count => ({
      once: `${once}:${fact.id}`,
      total: `money:held:${currency}`,
      by: sign * by,
    });
    const sold = counts && resolution?.status === 'ready';
    return [
      held('held', 1),
      ...(sold || isUndone(fact, compensations) ? [held('no-longer-held', -1)] : []),
      ...(sold ? [{ once: 'sold', total: `money:sold:${currency}`, by }] : []),
    ];
  });
}

const isUndone = (fact: Fact, compensations: readonly Owed[]): boolean =>
  compensations.some(({ cause }) => cause === fact);
