import { isSpanContextValid, trace } from '@opentelemetry/api';
import pino, { type DestinationStream, type Logger } from 'pino';
import { otlpLogStream } from './otlp-logs.ts';

export interface LoggerOptions {
  /** In every line, as `service`. */
  readonly service: string;
  /** Least level that is written. */
  readonly level: string;
  /** Where the lines go. Default: stdout, and over OTLP when `sendLogsOverOtlp` was called before. */
  readonly destination?: DestinationStream;
}

/** Fields that no line may show, at whatever depth and however they came into it. */
const SECRET = ['password', 'pass', 'token', 'secret', 'authorization', 'cookie', 'cardNumber', 'cvv'];
const ANY_SECRET = new RegExp(`"(?:${SECRET.join('|')})":`);

/**
 * One JSON object per line: level, time (ms since the epoch), service, msg, what the caller adds, and trace_id and span_id
 * of the active span when there is one. Credentials in URLs and fields that are named for a secret are masked.
 */
export function createLogger({ service, level, destination = everywhere() }: LoggerOptions): Logger {
  return pino(
    {
      base: { service },
      level,
      mixin: activeSpan,
      hooks: { streamWrite: (line) => maskCredentials(maskFields(line)) },
    },
    destination,
  );
}

function everywhere(): DestinationStream {
  const stdout = pino.destination(1);
  const otlp = otlpLogStream();
  if (!otlp) return stdout;
  // The logger has judged the level already.
  return pino.multistream([stdout, otlp].map((stream) => ({ stream, level: 'trace' as const })));
}

function activeSpan(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

/** On the finished line: looking for secrets in what is logged took half of a line's time, and almost none has any. */
const maskFields = (line: string): string =>
  ANY_SECRET.test(line)
    ? `${JSON.stringify(JSON.parse(line, (name, value) => (SECRET.includes(name) ? '***' : value)))}\n`
    : line;

/** An error's message may hold a URL, and a URL a password. */
const maskCredentials = (line: string): string => line.replace(/:\/\/[^@/\s"]+@/g, '://***@');
