import { type LogRecord, logs, SeverityNumber } from '@opentelemetry/api';
import pino, { type DestinationStream } from 'pino';

/** OpenTelemetry's log data model has four numbers per level: pino's 10 (trace) is 1, 20 (debug) is 5, 60 (fatal) is 21. */
const severityOf = (level: number): SeverityNumber => (level / 10 - 1) * 4 + SeverityNumber.TRACE;

let sending = false;

/** From now on new loggers also send their lines through the global OpenTelemetry LoggerProvider, which the SDK has set. */
export function sendLogsOverOtlp(on = true): void {
  sending = on;
}

/** A stream of pino's lines into OpenTelemetry; undefined unless `sendLogsOverOtlp` was called. */
export function otlpLogStream(): DestinationStream | undefined {
  if (!sending) return undefined;
  const logger = logs.getLogger('pizza-choreography');
  return {
    /** Called while the span in which the line was logged is active, so the record belongs to its trace. */
    write(line) {
      const { level, time, msg, err, service: _service, trace_id, span_id, ...rest } = JSON.parse(line);
      const severity = { severityNumber: severityOf(level), severityText: pino.levels.labels[level] ?? '' };
      // A line of a span has the span's ids already.
      const named = span_id === undefined ? { trace_id } : {};
      const attributes = { ...rest, ...named, ...exceptionOf(err) } as NonNullable<LogRecord['attributes']>;
      logger.emit({ timestamp: time, ...severity, body: msg, attributes });
    },
  };
}

/** The parts of an error by their names in the semantic conventions. */
function exceptionOf(err?: { type?: string; message?: string; stack?: string }): Record<string, string | undefined> {
  if (!err) return {};
  return { 'exception.type': err.type, 'exception.message': err.message, 'exception.stacktrace': err.stack };
}
