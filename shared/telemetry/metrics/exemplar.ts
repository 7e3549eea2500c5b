import { type Span, trace } from '@opentelemetry/api';

/** 63 of the 128 characters that an exemplar may have; a longer one would spoil the whole exposition. */
export interface Exemplar {
  readonly trace_id: string;
  readonly span_id: string;
}

const SAMPLED = 1;
const IDS = /^[0-9a-f]{32}:[0-9a-f]{16}$/;

/** Several observations are made within one span. */
let last: { readonly span: Span; readonly exemplar: Exemplar | undefined } | undefined;

/** The ids of the span under way, if it is recorded and will be exported. */
export function currentExemplar(): Exemplar | undefined {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return undefined;
  if (last?.span !== span) last = { span, exemplar: exemplarOf(span) };
  return last.exemplar;
}

function exemplarOf(span: Span): Exemplar | undefined {
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (!(traceFlags & SAMPLED) || !IDS.test(`${traceId}:${spanId}`)) return undefined;
  return { trace_id: traceId, span_id: spanId };
}
