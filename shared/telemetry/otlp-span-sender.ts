import { Agent, type IncomingMessage, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { OtlpSettings } from './otlp-settings.ts';
import type { SpanBatch } from './otlp-span-batch.ts';

export interface SpanSenderOptions {
  readonly settings: OtlpSettings;
  /** Batches that wait while the receiver is slow or away; above that the newest are dropped. */
  readonly maxWaiting?: number;
  /** Tries of one batch. */
  readonly maxTries?: number;
  readonly wait?: (ms: number) => Promise<unknown>;
  /** Spans were lost, and why. */
  readonly onDropped: (spans: number, reason: string) => void;
}

/** The specification's list of answers that may pass. */
const PASSING = new Set([429, 502, 503, 504]);
const MAX_BACK_OFF_MS = 5_000;

const compress = promisify(gzip);

/** Posts batches one after the other over one kept connection, and repeats what may pass with growing pauses. */
export function createSpanSender(options: SpanSenderOptions) {
  const { settings, maxWaiting = 32, maxTries = 6, onDropped } = options;
  const { wait = (ms: number) => delay(ms, undefined, { ref: false }) } = options;
  const post = createPost(settings);
  const waiting: SpanBatch[] = [];
  const closing = Promise.withResolvers<void>();
  let isClosing = false;
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
      const problem = await deliver(batch);
      if (problem) onDropped(batch.spans, problem);
    }
    working = undefined;
  }

  /** Resolves with what was wrong, if the batch was given up. */
  async function deliver({ body }: SpanBatch): Promise<string | undefined> {
    let problem = '';
    for (let tries = 1; tries <= maxTries; tries += 1) {
      const answer = await post(body);
      if (answer.status >= 200 && answer.status < 300) return undefined;
      problem = answer.problem ?? `the receiver answered ${answer.status}`;
      const passes = answer.problem !== undefined || PASSING.has(answer.status);
      if (!passes || isClosing) break;
      const backOffMs = Math.min(500 * 2 ** tries, MAX_BACK_OFF_MS) * (0.5 + Math.random() / 2);
      await Promise.race([wait(answer.retryAfterMs ?? backOffMs), closing.promise]);
    }
    return problem;
  }

  return {
    send(batch: SpanBatch): void {
      if (waiting.length >= maxWaiting) onDropped(batch.spans, 'too many spans wait for the receiver');
      else {
        waiting.push(batch);
        working ??= work();
      }
    },
    /** Resolves when everything handed over was sent or given up. */
    flush: async (): Promise<void> => working,
    /** As flush, but each batch is only tried once more. */
    async close(): Promise<void> {
      isClosing = true;
      closing.resolve();
      await working;
      post.close();
    },
  };
}

interface Answer {
  readonly status: number;
  readonly retryAfterMs?: number | undefined;
  /** There was no answer. */
  readonly problem?: string;
}

/** A single POST; resolves whatever becomes of it. */
function createPost({ url, headers, timeoutMs, gzip: zipped }: OtlpSettings) {
  const secure = url.protocol === 'https:';
  const agent = new (secure ? SecureAgent : Agent)({ keepAlive: true, maxSockets: 1 });
  const common = {
    ...headers,
    'content-type': 'application/x-protobuf',
    ...(zipped && { 'content-encoding': 'gzip' }),
  };
  const post = async (bytes: Uint8Array): Promise<Answer> => {
    const body = zipped ? await compress(bytes) : bytes;
    return new Promise((resolve) => {
      const sent = (secure ? secureRequest : request)(
        url,
        {
          method: 'POST',
          agent,
          headers: { ...common, 'content-length': body.length },
          signal: AbortSignal.timeout(timeoutMs),
        },
        (response) => {
          response.resume();
          response.once('close', () => resolve(answerOf(response)));
        },
      );
      sent.once('error', (error) => resolve({ status: 0, problem: error.message || error.name }));
      sent.end(body);
    });
  };
  return Object.assign(post, { close: () => agent.destroy() });
}

function answerOf({ statusCode = 0, headers }: IncomingMessage): Answer {
  const seconds = Number(headers['retry-after']);
  return { status: statusCode, retryAfterMs: seconds > 0 ? Math.min(seconds * 1_000, MAX_BACK_OFF_MS) : undefined };
}
