import { trace } from '@opentelemetry/api';
import type { Injection } from '#shared/kernel/instrumentation.ts';
import { attribute } from './attributes.ts';

/** Marks the active span as affected by an injected fault, so that a reader of the trace does not look for a bug. */
export function traceInjection({ fault, type }: Injection): void {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return;
  span.setAttribute(attribute.fault, fault);
  span.addEvent('fault injected', { [attribute.fault]: fault, [attribute.eventType]: type });
}
