import { trace } from '@opentelemetry/api';
import type { Injection } from '#shared/kernel/instrumentation.ts';
import { attribute } from './attributes.ts';

/** Marks what is being done now as struck by a fault on purpose: who reads the trace must not search for a bug. */
export function traceInjection({ fault, type }: Injection): void {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return;
  span.setAttribute(attribute.fault, fault);
  span.addEvent('fault injected', { [attribute.fault]: fault, [attribute.eventType]: type });
}
