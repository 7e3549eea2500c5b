import { toMinor } from '#shared/contracts/money.ts';
import {
  type Contribution,
  compensationKey,
  countingFor,
  type KitchenFlow,
  type KitchenState,
  missingOf,
  type Resolution,
} from './state.ts';

/**
 * What an order adds to the kitchen's counters: `waiting:<missing>`, `stage:<stage>`, `resolved:<outcome>:<missing>:<reason>`,
 * `compensation:<type>:<reason>`, and of the money taken for it `money:held:<currency>` and `money:sold:<currency>` in minor
 * units. The metrics read these names.
 */
export function tally(flow: KitchenFlow, state: KitchenState): Record<string, number> {
  const { resolution, contributions, compensated, latest } = state;
  const sums: Record<string, number> = {};
  const add = (name: string, by = 1) => {
    sums[name] = (sums[name] ?? 0) + by;
  };
  if (!latest && !resolution) return sums;
  add('stage:created');
  for (const { name, stage } of flow.requirements)
    if (contributions.some(({ requirement }) => requirement.name === name)) add(`stage:${stage}`);
  if (resolution) {
    add(`stage:${resolution.outcome}`);
    add(resolvedAs(resolution));
  } else {
    const missing = missingOf(flow, state);
    if (missing.length > 0) add(`waiting:${missing.join('+')}`);
  }
  for (const { type, reason } of compensated.values()) add(`compensation:${type}:${reason}`);
  for (const contribution of contributions) addMoney(state, contribution, add);
  return sums;
}

function resolvedAs(resolution: Resolution): string {
  switch (resolution.outcome) {
    case 'ready':
      return 'resolved:ready:none:none';
    case 'cancelled':
      return `resolved:cancelled:none:${resolution.reason.slice(0, resolution.reason.indexOf(':'))}`;
    case 'timeout':
      return `resolved:timeout:${resolution.missing.join('+')}:none`;
    default:
      return resolution satisfies never;
  }
}

/** Money is held from the fulfilment that took it until the order is ready (sold) or its compensation is requested. */
function addMoney(state: KitchenState, contribution: Contribution, add: (name: string, by: number) => void): void {
  const { requirement, businessId, event } = contribution;
  const { amount } = requirement;
  if (!amount) return;
  const currency = String(event.data[amount.currency]);
  const minor = toMinor(Number(event.data[amount.value]), currency);
  const isSold = state.resolution?.outcome === 'ready' && countingFor(state, requirement) === contribution;
  if (isSold) add(`money:sold:${currency}`, minor);
  else if (!state.compensated.has(compensationKey(requirement, businessId))) add(`money:held:${currency}`, minor);
}
