/**
 * What became of an order, as one line of k6's log. k6 writes it, `npm run load` reads it: so that the audit knows every
 * order that was accepted by name, and the report needs no sample that k6 would have to keep.
 */
export type OrderLine = AnswerLine | EndLine;

export interface AnswerLine {
  readonly kind: 'answer';
  /** When the request was sent, ms since the epoch. */
  readonly at: number;
  /** HTTP status; 0: no answer. */
  readonly status: number;
  readonly tookMs: number;
  /** Of an accepted order, and of one of which the intake does not know whether it was. */
  readonly orderId: string | undefined;
}

export interface EndLine {
  readonly kind: 'end';
  /** When the order was placed, ms since the epoch. */
  readonly at: number;
  readonly status: End;
  /** From order.created to the event that ended it, by the events' own times; of a lost one: how long it was followed. */
  readonly tookMs: number;
  readonly orderId: string;
  readonly traceId: string;
}

/** `lost`: accepted, and not ended long after its deadline. */
export type End = 'ready' | 'cancelled' | 'timeout' | 'lost';

const MARK = 'order|';
const NONE = '-';

export const writeOrderLine = (line: OrderLine): string => {
  const parts = [line.kind, Math.round(line.at), line.status, line.tookMs.toFixed(2), line.orderId ?? NONE];
  return MARK + [...parts, ...(line.kind === 'end' ? [line.traceId] : [])].join('|');
};

/** Undefined for any other line of the log. */
export function readOrderLine(text: string): OrderLine | undefined {
  if (!text.startsWith(MARK)) return undefined;
  const [kind, at, status = '', took, orderId = NONE, traceId = ''] = text.slice(MARK.length).split('|');
  const times = { at: Number(at), tookMs: Number(took) };
  if (kind === 'end') return { kind, ...times, status: status as End, orderId, traceId };
  if (kind !== 'answer') return undefined;
  return { kind, ...times, status: Number(status), orderId: orderId === NONE ? undefined : orderId };
}
