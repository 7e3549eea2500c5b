import { percentile } from '../bench/percentile.ts';
import type { AnswerLine, EndLine, OrderLine } from '../k6/order-line.ts';

/** Every answer and every end of a run, as k6 logged them. */
export class OrderRecord {
  readonly answers: AnswerLine[] = [];
  readonly ends: EndLine[] = [];

  add(line: OrderLine): void {
    if (line.kind === 'answer') this.answers.push(line);
    else this.ends.push(line);
  }

  /** Ids of orders answered with 202: none of them may be missing. */
  accepted(): Set<string> {
    return new Set(this.answers.flatMap(({ status, orderId }) => (status === 202 && orderId ? [orderId] : [])));
  }
}

/** What happened within one slice of the run. */
export interface Slice {
  /** Seconds since the start, at its end. */
  readonly at: number;
  /** Per second: answers by what they mean to a customer, ends by outcome. */
  readonly answered: Readonly<Record<'accepted' | 'refused' | 'failed', number>>;
  readonly ended: Readonly<Record<EndLine['status'], number>>;
  /** Ms; NaN where nothing was. */
  readonly answer: Times;
  readonly toReady: Times;
}
type Times = Readonly<Record<'p50' | 'p99', number>>;

const MAX_SLICES = 240;

/** The run in slices of whole seconds, by the time at which an order was sent. Empty without an answer. */
export function slicesOf({ answers, ends }: Pick<OrderRecord, 'answers' | 'ends'>): Slice[] {
  const times = [...answers, ...ends].map(({ at }) => at).sort((a, b) => a - b);
  const [start, end] = [times[0], times.at(-1)];
  if (start === undefined || end === undefined) return [];
  const seconds = Math.max(1, Math.ceil((end - start + 1) / 1_000 / MAX_SLICES));
  const indexOf = ({ at }: OrderLine) => Math.floor((at - start) / 1_000 / seconds);
  const byAnswer = Map.groupBy(answers, indexOf);
  const byEnd = Map.groupBy(ends, indexOf);
  const count = Math.floor((end - start) / 1_000 / seconds) + 1;
  return Array.from({ length: count }, (_, index) =>
    sliceOf((index + 1) * seconds, seconds, byAnswer.get(index) ?? [], byEnd.get(index) ?? []),
  );
}

function sliceOf(at: number, seconds: number, answers: readonly AnswerLine[], ends: readonly EndLine[]): Slice {
  const answered = (meaning: Answered) => answers.filter((line) => meaningOf(line.status) === meaning).length / seconds;
  const ended = (status: EndLine['status']) => ends.filter((line) => line.status === status).length / seconds;
  return {
    at,
    answered: { accepted: answered('accepted'), refused: answered('refused'), failed: answered('failed') },
    ended: { ready: ended('ready'), cancelled: ended('cancelled'), timeout: ended('timeout'), lost: ended('lost') },
    answer: timesOf(answers),
    toReady: timesOf(ends.filter(({ status }) => status === 'ready')),
  };
}

type Answered = keyof Slice['answered'];
export const meaningOf = (status: number): Answered =>
  status === 202 ? 'accepted' : status === 429 || status === 503 ? 'refused' : 'failed';

const timesOf = (lines: readonly { readonly tookMs: number }[]): Times => {
  const took = lines.map(({ tookMs }) => tookMs);
  return { p50: percentile(took, 50), p99: percentile(took, 99) };
};
