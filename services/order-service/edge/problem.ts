import { z } from 'zod';
import { Terminal, Unavailable } from '#shared/messaging/faults.ts';
import { StreamFull } from '#shared/messaging/publisher.ts';

/** Every reason for a refusal, and its HTTP form. `retryAfter` in seconds. */
const table = {
  'bad-request': { status: 400, title: 'The request cannot be read' },
  'invalid-order': { status: 400, title: 'The order has problems' },
  'invalid-id': { status: 400, title: 'The order id is not valid' },
  'unknown-order': { status: 404, title: 'There is no such order' },
  'unknown-path': { status: 404, title: 'There is nothing at this path' },
  'wrong-method': { status: 405, title: 'The path does not take this method' },
  'too-slow': { status: 408, title: 'The request took too long to arrive' },
  'too-large': { status: 413, title: 'The body is too large' },
  'long-path': { status: 414, title: 'The path is too long' },
  'unsupported-media-type': { status: 415, title: 'The body is not JSON' },
  'unsupported-encoding': { status: 415, title: 'The body is encoded' },
  'key-reused': { status: 422, title: 'The Idempotency-Key belongs to another order' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  defect: { status: 500, title: 'The order service has a defect' },
  'broker-away': { status: 503, title: 'The event backbone does not answer', retryAfter: 2 },
  'broker-refuses': { status: 503, title: 'The event backbone takes no orders', retryAfter: 30 },
  'stream-full': { status: 503, title: 'The event stream is full', retryAfter: 30 },
  overloaded: { status: 503, title: 'The order service is busy', retryAfter: 1 },
  closing: { status: 503, title: 'The order service is stopping', retryAfter: 2 },
} as const satisfies Record<string, { status: number; title: string; retryAfter?: number }>;
type ProblemKind = keyof typeof table;
const typeOf = (kind: string): string => `urn:problem:${kind}`;

const fieldProblem = z.object({
  field: z.string().describe("JSON path such as `toppings[2]`, `body` for the whole, or a header's name"),
  problem: z.string().describe('What is wrong with the value, and what to write instead'),
});
/** One thing that is wrong with a request. */
export type FieldProblem = Readonly<z.infer<typeof fieldProblem>>;

/** A refusal's body (RFC 9457). */
export const problemDocument = z.looseObject({
  type: z.enum(Object.keys(table).map(typeOf)),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  problems: z.array(fieldProblem).optional(),
  orderId: z.string().optional(),
});

interface RefusalOptions extends ErrorOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Members added to the problem document. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** The request is refused; `detail` tells the caller why. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: ProblemKind;
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;
  constructor(kind: ProblemKind, detail: string, { headers = {}, members = {}, ...options }: RefusalOptions = {}) {
    super(detail, options);
    this.kind = kind;
    this.headers = headers;
    this.members = members;
  }
}

export const PROBLEM_TYPE = 'application/problem+json';

interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The answer to an error. Only a Refusal's own text leaves the service. */
export function problemOf(error: unknown): ProblemAnswer {
  const refusal = toRefusal(error);
  const { status, title, ...more } = table[refusal.kind];
  const retryAfter = 'retryAfter' in more && { 'retry-after': String(more.retryAfter) };
  return {
    status,
    headers: { 'content-type': PROBLEM_TYPE, ...retryAfter, ...refusal.headers },
    body: { type: typeOf(refusal.kind), title, status, detail: refusal.message, ...refusal.members },
  };
}

/** Error codes of fastify and of Node's HTTP parser. */
const foreign: Readonly<Record<string, readonly [ProblemKind, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['too-large', 'The body may have at most 256 KB.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported-media-type', 'Send the order as Content-Type: application/json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad-request', 'Content-Length differs from the length of the body.'],
  FST_ERR_BAD_URL: ['bad-request', 'The path has a broken percent-encoding.'],
  FST_ERR_MAX_PARAM_LENGTH: ['long-path', 'A part of the path is too long: an order id has at most 64 characters.'],
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'Send fewer or shorter headers.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['too-slow', 'Send the whole request within 10 seconds.'],
};

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StreamFull) {
    const detail = 'The order was not taken: the stream has no room until its oldest events expire. Repeat it later.';
    return new Refusal('stream-full', detail, { cause: error });
  }
  if (error instanceof Unavailable)
    return new Refusal('broker-away', 'It reconnects on its own: ask again in a moment.', { cause: error });
  if (error instanceof Terminal)
    return new Refusal('broker-refuses', 'The stream refuses events: its operator must look at it.', {
      cause: error,
    });
  const { code = '', statusCode = 500 } = error as { code?: string; statusCode?: number };
  const [kind, detail] = foreign[code] ?? [];
  if (kind && detail) return new Refusal(kind, detail, { cause: error });
  if (code.startsWith('HPE_') || (statusCode >= 400 && statusCode < 500))
    return new Refusal('bad-request', 'This is not a valid HTTP request.', { cause: error });
  return new Refusal('defect', 'The log has the cause.', { cause: error });
}
