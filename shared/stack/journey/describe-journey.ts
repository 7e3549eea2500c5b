import type { Flow } from '#shared/contracts/flow.ts';
import { outcomeOf } from '#shared/messaging/order-history.ts';

export interface TimelineEntry {
  readonly type: string;
  readonly id: string;
  readonly source: string;
  /** ISO 8601 */
  readonly time: string;
  readonly causedBy?: string;
  /** Of the trace in which it was created. */
  readonly traceId?: string;
}

const ENDED = { ready: 'is ready', cancelled: 'was cancelled', timeout: 'timed out' } as const;

export interface JourneyStep extends TimelineEntry {
  /** Ms since the order's first event, and since the one before this. */
  readonly sinceFirstMs: number;
  readonly sinceLastMs: number;
  /** Short type of what caused it, where the order holds that. */
  readonly causedByType?: string;
  /** Requirements that the order waited for when this had happened; none once it was decided. */
  readonly waitedFor: readonly string[];
}

/** The events of one order by their time, those of one moment in the order of the stream; each beside those before it. */
export function journeySteps(flow: Flow, stored: readonly TimelineEntry[]): JourneyStep[] {
  const typeOf = new Map(stored.map(({ id, type }) => [id, type]));
  const times = timesOf(stored);
  const at = (entry: TimelineEntry | undefined) => times.get(entry?.id ?? '') ?? 0;
  const timeline = stored.toSorted((a, b) => at(a) - at(b));
  return timeline.map((entry, index) => {
    const causedByType = entry.causedBy && typeOf.get(entry.causedBy);
    return {
      ...entry,
      sinceFirstMs: at(entry) - at(timeline[0]),
      sinceLastMs: at(entry) - at(timeline[index - 1] ?? entry),
      ...(causedByType && { causedByType }),
      waitedFor: waitedFor(flow, timeline.slice(0, index + 1)),
    };
  });
}

/** Event id -> ms since the epoch by its source's clock, but not before its cause: clocks differ by a little. */
function timesOf(stored: readonly TimelineEntry[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { id, time, causedBy = '' } of stored)
    times.set(id, Math.max(Date.parse(time), times.get(causedBy) ?? Number.NEGATIVE_INFINITY));
  return times;
}

function waitedFor(flow: Flow, soFar: readonly TimelineEntry[]): string[] {
  if (outcomeOf(flow, soFar)) return [];
  const seen = new Set(soFar.map(({ type }) => type));
  return flow.requirements.flatMap(({ name, fulfilled }) => (seen.has(fulfilled) ? [] : [name])).sort();
}

const HEAD = ['after', 'since last', 'what', 'who', 'because of', 'still waits for'] as const;

/** A table with a line per event, then the outcome and how long it took, or what is missing. */
export function describeJourney(flow: Flow, timeline: readonly TimelineEntry[]): string[] {
  const steps = journeySteps(flow, timeline);
  const rows = steps.map(({ sinceFirstMs, sinceLastMs, type, source, causedBy, causedByType, waitedFor }) => [
    signed(sinceFirstMs),
    signed(sinceLastMs),
    type,
    source,
    causedByType ?? causedBy ?? '',
    waitedFor.join(', '),
  ]);
  return [...table([HEAD, ...rows]), sentence(flow, steps)];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number) =>
    column < 2 ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return rows.map((row) => `  ${row.map(cell).join('  ')}`.trimEnd());
}

function sentence(flow: Flow, steps: readonly JourneyStep[]): string {
  const outcome = outcomeOf(flow, steps);
  const seen = new Set(steps.map(({ type }) => type));
  const missing = flow.requirements.flatMap(({ fulfilled }) => (seen.has(fulfilled) ? [] : [fulfilled]));
  const lacks = missing.length > 0 ? `; missing: ${missing.join(', ')}` : '';
  if (!outcome) return `The order is waiting${lacks}.`;
  return `The order ${ENDED[outcome.status]} after ${outcome.event.sinceFirstMs} ms${lacks}.`;
}

const signed = (ms: number): string => `+${ms} ms`;
