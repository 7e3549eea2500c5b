import { TraceFlags } from '@opentelemetry/api';
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { SpanLoss } from '../metrics/metric-labels.ts';
import { allowedSpan } from './allowed-span.ts';
import type { SpanBatching } from './span-batching.ts';

interface SpanExportOptions {
  readonly exporter: SpanExporter;
  readonly batching: SpanBatching;
  readonly onLost: (spans: number, reason: SpanLoss, error?: Error) => void;
}

/** The SDK's batch processor; but only allowed attributes leave, and no sampled span is lost unreported. */
export function createSpanExport({ exporter, batching, onLost }: SpanExportOptions) {
  let queued = 0;
  let exporting = 0;

  const batches = new BatchSpanProcessor({
    ...batching,
    exporter: {
      export(spans, onResult) {
        queued -= spans.length;
        exporting += spans.length;
        exporter.export(spans.map(allowedSpan), (result) => {
          exporting -= spans.length;
          if (result.code !== SUCCESS) onLost(spans.length, 'export-failed', result.error);
          onResult(result);
        });
      },
      shutdown: () => exporter.shutdown(),
    },
  });

  return {
    processor: {
      onStart: () => undefined,
      onEnd(span) {
        if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
        if (queued >= batching.maxQueueSize) return onLost(1, 'queue-full');
        queued += 1;
        batches.onEnd(span);
      },
      forceFlush: () => batches.forceFlush(),
      // It rejects with the first batch that fails; the exporter waits for the others.
      shutdown: () => batches.shutdown().catch(() => exporter.shutdown()),
    } satisfies SpanProcessor,
    /** The process ends now: what is not exported yet is lost. */
    giveUp(): void {
      const left = queued + exporting;
      if (left > 0) onLost(left, 'export-failed', new Error('the process ended before they were sent'));
    },
  };
}

/** `ExportResultCode.SUCCESS` of @opentelemetry/core. */
const SUCCESS = 0;
