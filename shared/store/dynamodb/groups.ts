import { randomUUID } from 'node:crypto';
import { sum } from '../integers.ts';
import type { Committed, Document } from '../store.ts';
import { type Outcomes, readDocuments, writeDocuments } from './documents.ts';
import { type Draft, draftOf, type Question } from './draft.ts';
import { type Contribution, checkOpen, type Ledger, type LedgerItem, type SeenLedger, settle } from './ledger.ts';
import { recoverGroup } from './recover-group.ts';
import type { Item, Table } from './table.ts';

/** With the ledger, what one BatchGetItem may read. */
const MAX_DOCUMENTS = 99;
/** A group this old belongs to a process that crashed. To be wrong about it costs that process a repetition, and nothing else. */
const CRASHED_AFTER_MS = 5_000;

/** A question about a document; without an id: the ledger, once all that was asked before is counted. */
type Call = Partial<Question> & Pick<PromiseWithResolvers<unknown>, 'resolve' | 'reject'>;
const isAboutDocument = (call: Call): call is Call & Question => call.id !== undefined;

/** A group whose documents are written, but not counted yet. */
interface Written {
  readonly token: string;
  readonly contributions: readonly Contribution[];
}

/**
 * Answers what is asked at about the same time as one group: reads the ledger and the documents, announces the group in the
 * ledger (which fails if the store is another one by now), writes the documents, and counts them when it writes the ledger next.
 * `writer`: the epoch of the one who rebuilds.
 */
export function createGroups(table: Table, ledgerItem: LedgerItem, writer?: string) {
  let queue: Call[] = [];
  let running: Promise<void> | undefined;
  let generation = '';
  let written: Written | undefined;
  /** As this process wrote it last: good for counting a group, as long as nobody else has written it. */
  let latest: SeenLedger | undefined;

  function ask(question: Partial<Question>): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    queue.push({ ...question, resolve, reject });
    running ??= work();
    return promise;
  }

  async function work(): Promise<void> {
    await new Promise(setImmediate);
    while (queue.length > 0 || written) {
      const calls = take();
      try {
        await run(calls);
      } catch (error) {
        // All that waits has waited for this answer: it is not kept waiting for another.
        for (const { reject } of [...calls, ...queue.splice(0)]) reject(error);
        break;
      }
    }
    running = undefined;
  }

  /** From the queue, up to the next one that must come first. */
  function take(): Call[] {
    const last = queue.findIndex((call, index) => index > 0 && (index >= MAX_DOCUMENTS || !isAboutDocument(call)));
    return queue.splice(0, last < 0 ? queue.length : last);
  }

  async function read(questions: readonly Question[]) {
    const seen = await readDocuments(table, questions, generation);
    checkOpen(seen.ledger, writer);
    generation = seen.ledger.generation;
    return seen;
  }

  async function run(calls: Call[]): Promise<void> {
    const questions = calls.filter(isAboutDocument);
    const seen = calls.length === 0 && latest ? { ...latest, items: new Map<string, Item>() } : await read(questions);
    const { ledger, items } = seen;
    const now = Date.now();
    latest = undefined;
    if (await recoverCrashed(ledger, now)) return again(calls);
    const settled = written ? settle(ledger, written.token, written.contributions) : ledger;
    const draft = draftOf(questions, items, settled, now);
    const token = randomUUID();
    const next = draft.changed.size > 0 ? announced(settled, token, draft, now) : settled;
    if (next !== ledger && !(await ledgerItem.write(next, token, seen.revision))) return again(calls);
    latest = { ledger: next, revision: next === ledger ? seen.revision : token };
    written = undefined;
    for (const call of calls) if (!isAboutDocument(call)) call.resolve({ ledger: settled, now });
    const outcomes = await writeDocuments(table, draft, items, next, token);
    written = writtenIn(draft, outcomes, token);
    again([...answer(questions, draft, outcomes), ...questions.slice(draft.answers.length)]);
  }

  async function recoverCrashed(ledger: Ledger, now: number): Promise<boolean> {
    const crashed = Object.entries(ledger.groups).filter(
      ([token, { at }]) => at + CRASHED_AFTER_MS < now && token !== written?.token,
    );
    for (const [token, group] of crashed) await recoverGroup(table, ledgerItem, ledger.generation, token, group);
    return crashed.length > 0;
  }

  const again = (calls: readonly Call[]): void => {
    queue = [...calls, ...queue];
  };

  return {
    load: (id: string) => ask({ id }) as Promise<Document>,
    commit: (id: string, commit: Required<Question>['commit']) => ask({ id, commit }) as Promise<Committed>,
    counted: () => ask({}) as Promise<{ ledger: Ledger; now: number }>,
    /** Resolves when nothing is under way any more. */
    async idle(): Promise<void> {
      await running;
    },
  };
}

const announced = (ledger: Ledger, token: string, { changed, taken }: Draft, at: number): Ledger => ({
  ...ledger,
  pools: sum(ledger.pools, taken),
  groups: { ...ledger.groups, [token]: { at, ids: [...changed.keys()], taken } },
});

/** Undefined: nothing is, or the outcome of one is unknown, which leaves the group to whoever recovers it. */
function writtenIn({ changed }: Draft, outcomes: Outcomes, token: string): Written | undefined {
  if (changed.size === 0 || [...outcomes.values()].some((outcome) => outcome instanceof Error)) return undefined;
  return { token, contributions: [...changed].filter(([id]) => outcomes.get(id)).map(([, one]) => one) };
}

/** Returns those whose document somebody else has written meanwhile. */
function answer(calls: readonly (Call & Question)[], { answers }: Draft, outcomes: Outcomes): Call[] {
  const beaten: Call[] = [];
  for (const [index, given] of answers.entries()) {
    const call = calls[index] as Call & Question;
    const outcome = outcomes.get(call.id) ?? true;
    if (outcome === false) beaten.push(call);
    else if (outcome !== true) call.reject(outcome);
    else if (given instanceof Error) call.reject(given);
    else call.resolve(given);
  }
  return beaten;
}
