import { namesOf } from '#shared/faults/vocabulary.ts';
import {
  currenciesOf,
  everyOf,
  isCashier,
  isConsumer,
  isCorrelator,
  type Labels,
  type MetricScope,
  publishedTypes,
} from './metric-labels.ts';

/** Which series a service exports from its start; undefined: it does not export the metric. */
type Series = readonly Labels[] | undefined;

type Values = Readonly<Record<string, readonly string[]>>;

export const ofService = ({ service }: MetricScope): Labels[] => [{ service }];

/** Every combination of these values at the kitchen, nothing elsewhere. */
export const atCorrelator =
  (valuesOf: (scope: MetricScope) => Values) =>
  (scope: MetricScope): Series =>
    isCorrelator(scope) ? everyOf(valuesOf(scope)) : undefined;

/** Every combination of these values at a service that consumes, nothing elsewhere. */
export const atConsumer =
  (valuesOf: (scope: MetricScope) => Values) =>
  (scope: MetricScope): Series =>
    isConsumer(scope) ? everyOf(valuesOf(scope)) : undefined;

export const ofConsumer = atConsumer(({ service }) => ({ service: [service] }));
export const perDurable = atConsumer((scope) => ({ service: [scope.service], durable: [scope.service] }));
export const perLast = atCorrelator(({ flow }) => ({ last: flow.requirements.map(({ name }) => name) }));
export const perPublishedType = (scope: MetricScope): Labels[] =>
  everyOf({ service: [scope.service], type: publishedTypes(scope) });

/** Message faults affect what a service publishes and what it consumes. */
export const perMessageFault = (scope: MetricScope): Labels[] =>
  everyOf({ fault: namesOf('message'), type: [...new Set([...scope.reacts, ...publishedTypes(scope)])] });

/** What payment's ledger counts, and what the kitchen does. */
export function perMoneyFlow(scope: MetricScope): Series {
  const flow = [...(isCashier(scope) ? ['captured', 'refunded'] : []), ...(isCorrelator(scope) ? ['sold'] : [])];
  return flow.length > 0 ? everyOf({ flow, currency: currenciesOf(scope.flow) }) : undefined;
}
