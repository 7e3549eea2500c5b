import { everyOf, isConsumer, isCorrelator, isIntake, type Labels, type MetricScope } from './metric-labels.ts';

type ValuesOf = (scope: MetricScope) => readonly string[];
type LabelValues = Readonly<Record<string, readonly string[] | ValuesOf>>;

/** Who exports a metric, as text for the table and as a condition, and its label values: every combination is a series. */
export const exportedBy =
  (by: string, isExporter: (scope: MetricScope) => boolean) =>
  (values: LabelValues): { by: string; labels: string[]; series: (scope: MetricScope) => Labels[] | undefined } => ({
    by,
    labels: Object.keys(values),
    series: (scope) =>
      isExporter(scope)
        ? everyOf(
            Object.fromEntries(
              Object.entries(values).map(([label, each]) => [label, typeof each === 'function' ? each(scope) : each]),
            ),
          )
        : undefined,
  });

export const everywhere = exportedBy('every service', () => true);
export const atConsumers = exportedBy('services that consume', isConsumer);
export const atKitchen = exportedBy('the correlator', isCorrelator);
export const atHttpEdge = exportedBy('services with an HTTP edge', isIntake);

export const itself: ValuesOf = ({ service }) => [service];
export const consumed: ValuesOf = ({ reacts }) => reacts;
export const requirements: ValuesOf = ({ flow }) => flow.requirements.map(({ name }) => name);
