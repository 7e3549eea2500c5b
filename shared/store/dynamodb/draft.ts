import { nonZero, sum } from '../integers.ts';
import { apply, type Contents, emptyContents, read } from '../memory/memory-documents.ts';
import type { Change, Committed, Document, Integers } from '../store.ts';
import { MAX_ENTRIES_BYTES, takeIn } from './document-item.ts';
import type { Contribution, Ledger } from './ledger.ts';
import type { Item } from './table.ts';

/** What a document is asked: to be read, or changed if it is still as it was seen. */
export interface Question {
  readonly id: string;
  readonly commit?: { readonly seen: Pick<Document, 'version' | 'epoch'>; readonly change: Change };
}
type Answer = Document | Committed | Error;

/** What a group of questions comes to, before anything is written. */
export interface Draft {
  readonly contents: Contents;
  /** Fewer than questions: the next one needs units that this group gives back, so its turn is when that is written. */
  readonly answers: readonly Answer[];
  /** The documents that change, and what each adds to the sums. */
  readonly changed: ReadonlyMap<string, Contribution>;
  /** What they take from pools, all together: negative. */
  readonly taken: Integers;
  readonly now: number;
}

/** Answers one after the other, by the same functions as the memory store. `items` are the documents, by their ids. */
export function draftOf(
  questions: readonly Question[],
  items: ReadonlyMap<string, Item>,
  { pools, epoch, is }: Ledger,
  now: number,
): Draft {
  const contents = emptyContents();
  for (const [id, item] of items) takeIn(contents, id, item);
  for (const [pool, units] of Object.entries(pools)) contents.pools.set(pool, units);
  const answers: Answer[] = [];
  const changed = new Map<string, Contribution>();
  const given = new Set<string>();
  let taken: Integers = {};
  for (const question of questions) {
    const document = read(contents, question.id, now, epoch);
    const takes = only(question.commit?.change.pools, (by) => by < 0);
    const answer = answerTo(question, contents, document, takes, is === 'rebuilding');
    if (isRefusedBy(answer, given)) break;
    answers.push(answer);
    if (!question.commit || !('outcome' in answer) || answer.outcome !== 'done') continue;
    const { counters, pools } = question.commit.change;
    const before = changed.get(question.id) ?? { counters: {}, pools: {} };
    changed.set(question.id, {
      counters: sum(before.counters, nonZero(counters)),
      pools: sum(before.pools, nonZero(pools)),
    });
    taken = sum(taken, takes);
    for (const pool of Object.keys(only(pools, (by) => by > 0))) given.add(pool);
  }
  return { contents, answers, changed, taken, now };
}

function answerTo(
  { commit }: Question,
  contents: Contents,
  document: Document,
  pools: Integers,
  freely: boolean,
): Answer {
  if (!commit) return document;
  const { seen, change } = commit;
  const isSame = document.version === seen.version && (seen.version === 0 || document.epoch === seen.epoch);
  if (!isSame) return { outcome: 'beaten', document };
  const bytes = [...document.entries, change.entry ?? ''].reduce((all, entry) => all + Buffer.byteLength(entry), 0);
  if (bytes > MAX_ENTRIES_BYTES)
    return new Error(
      `document ${document.id} would have entries of ${bytes} bytes, but an item of DynamoDB holds ${MAX_ENTRIES_BYTES} of them: let its events carry less data`,
    );
  // Units that are given back are there for others once the document is written: they go into the ledger then.
  return apply(contents, document, { ...change, pools }, freely);
}

const isRefusedBy = (answer: Answer, given: ReadonlySet<string>): boolean =>
  'outcome' in answer && answer.outcome === 'insufficient' && answer.pools.some((pool) => given.has(pool));

const only = (integers: Integers = {}, isWanted: (by: number) => boolean): Integers =>
  Object.fromEntries(Object.entries(integers).filter(([, by]) => isWanted(by)));
