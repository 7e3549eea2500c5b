import { isSpanContextValid, trace } from '@opentelemetry/api';
import pino, { type DestinationStream, type Logger } from 'pino';
import { otlpLogStream } from './otlp-logs.ts';

export interface LoggerOptions {
  readonly service: string;
  /** Lines below this level are not written. */
  readonly level: string;
  /** Default: stdout, and over OTLP if `sendLogsOverOtlp` was called before. */
  readonly destination?: DestinationStream;
}

/** Fields that no line shows, at any depth. */
const SECRET = ['password', 'pass', 'token', 'secret', 'authorization', 'cookie', 'cardNumber', 'cvv'];
const ANY_SECRET = new RegExp(`"(?:${SECRET.join('|')})":`);

/** JSON lines: level, time (ms since the epoch), service, msg, ids of the active span. Secrets are masked. */
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
  // The logger itself has checked the level.
  return pino.multistream([stdout, otlp].map((stream) => ({ stream, level: 'trace' as const })));
}

function activeSpan(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

/** On the finished line: almost none has a secret, and searching the logged objects took half of a line's time. */
const maskFields = (line: string): string =>
  ANY_SECRET.test(line)
    ? `${JSON.stringify(JSON.parse(line, (name, value) => (SECRET.includes(name) ? '***' : value)))}\n`
    : line;

/** An error's message may contain a URL with a password. */
const maskCredentials = (line: string): string => line.replace(/:\/\/[^@/\s"]+@/g, '://***@');
