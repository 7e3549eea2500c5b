/** An answer or the end of an order as one line of k6's log, which `npm run load` reads: the audit needs the id of every accepted order. */
export type OrderLine = AnswerLine | EndLine;

export interface AnswerLine {
  readonly kind: 'answer';
  /** When the request was sent, ms since the epoch. */
  readonly at: number;
  /** HTTP status; 0: no answer. */
  readonly status: number;
  readonly tookMs: number;
  /** Of an accepted order, and of one whose publish has an unknown outcome. */
  readonly orderId: string | undefined;
}

export interface EndLine {
  readonly kind: 'end';
  /** When the order was placed, ms since the epoch. */
  readonly at: number;
  readonly status: End;
  /** From order.created to the event that ended it, by the events' own times; of a lost order: how long it was followed. */
  readonly tookMs: number;
  readonly orderId: string;
  readonly traceId: string;
}

/** `lost`: accepted, and not ended long after its deadline. */
export type End = 'ready' | 'cancelled' | 'timeout' | 'lost';

const START = '{"kind":';

export const writeOrderLine = ({ kind, ...line }: OrderLine): string => JSON.stringify({ kind, ...line });

/** Undefined for any other line of the log. */
export const readOrderLine = (text: string): OrderLine | undefined =>
  text.startsWith(START) ? (JSON.parse(text) as OrderLine) : undefined;
