import { askAgainIn, IN_THE_BACKGROUND } from '#shared/messaging/ask-again.ts';
import type { BrokerInspector } from '#shared/messaging/broker-inspector.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { Health } from '#shared/store/store.ts';
import type { Instrumentation, RebuildProgress } from '../instrumentation.ts';
import { periodic } from '../periodic.ts';
import type { Table } from '../table.ts';
import { type RebuildOptions, rebuildTables } from './rebuild.ts';

export interface WatchStoreOptions extends Omit<RebuildOptions, 'noticedAt' | 'onProgress' | 'stopping'> {
  readonly bus: RebuildOptions['bus'] & Pick<BrokerInspector, 'status' | 'settledUpTo'>;
  /** The service's own table first. */
  readonly tables: readonly Table[];
  readonly durables: readonly string[];
  readonly instrumentation: Pick<Instrumentation, 'rebuilding'>;
  readonly onFault: (error: unknown) => void;
}

export interface StoreWatch {
  /** `unknown`: a store did not answer when it was asked last. */
  readonly state: 'whole' | 'rebuilding' | 'unknown';
  /** A rebuild under way is left to another process, or to the next start. */
  stop(): Promise<void>;
}

/** How often to ask whether the stores are whole, to move the checkpoint, and to report a rebuild. */
const ASK_EVERY_MS = 500;
const CHECKPOINT_EVERY_MS = 2_000;
const REPORT_EVERY_MS = 2_000;

/**
 * Looks after a service's stores for as long as it runs: notices that one lost its data, or may have, and sees to it that one
 * process rebuilds it. Resolves after the first look; where nothing ever happened the stores are whole by then.
 */
export async function watchStore(options: WatchStoreOptions): Promise<StoreWatch> {
  const { tables, instrumentation, now, monotonic, wait, onFault } = options;
  const stopping = new AbortController();
  const looked = Promise.withResolvers<void>();
  const moveCheckpoint = createCheckpoint(options);
  let state: StoreWatch['state'] = 'unknown';
  /** Since when the stores are known to be as they should not be, on both clocks. */
  let trouble: { readonly at: number; readonly began: number } | undefined;
  let reported: RebuildProgress | undefined;
  let reportedAt: number | undefined;

  function report(progress: Omit<RebuildProgress, 'sinceMs'>): void {
    reportedAt = monotonic();
    reported = { ...progress, sinceMs: reportedAt - (trouble?.began ?? reportedAt) };
    instrumentation.rebuilding?.(reported);
    looked.resolve();
  }

  /** A rebuild that another replica finishes within 2 s is not reported. */
  const isDue = (): boolean => monotonic() - (reportedAt ?? trouble?.began ?? 0) >= REPORT_EVERY_MS;

  async function mend(cause: Exclude<Health['is'], 'whole'>, noticedAt: number): Promise<void> {
    const nothing = { cause, byOther: false, events: 0, orders: 0 };
    const onProgress = (events: number, orders: number): void => {
      // A store that is merely new is not reported.
      if (!reported) report({ ...nothing, phase: 'noticed' });
      else if (isDue()) report({ ...nothing, phase: 'folding', events, orders });
    };
    state = 'rebuilding';
    if (cause === 'restarted' && !reported) report({ ...nothing, phase: 'noticed' });
    const done = await rebuildTables(tables, { ...options, noticedAt, onProgress, stopping: stopping.signal }).catch(
      (error: unknown) => {
        if (isDue() && !stopping.signal.aborted) report({ ...(reported ?? nothing), phase: 'failed', error });
        throw error;
      },
    );
    if (!done && isDue()) report({ ...nothing, phase: reported ? 'folding' : 'noticed', byOther: true });
    if (!done) return;
    if (reported) report({ ...nothing, ...done, phase: 'whole' });
    becomeWhole();
  }

  function becomeWhole(): void {
    state = 'whole';
    reported = reportedAt = trouble = undefined;
  }

  async function look(): Promise<void> {
    const healths = await Promise.all(tables.map(({ store }) => store.health()));
    const lost = healths.find(({ is }) => is !== 'whole');
    if (lost && lost.is !== 'whole') {
      trouble ??= { at: now(), began: monotonic() };
      return mend(lost.is, trouble.at);
    }
    // Another process rebuilt it.
    if (reported) report({ ...reported, phase: 'whole' });
    becomeWhole();
    await moveCheckpoint();
  }

  async function turn(): Promise<void> {
    try {
      await look();
    } catch (error) {
      if (stopping.signal.aborted) return;
      trouble ??= { at: now(), began: monotonic() };
      if (state === 'whole') state = 'unknown';
      if (!(error instanceof Unavailable)) onFault(error);
    } finally {
      looked.resolve();
    }
  }

  const looking = periodic(ASK_EVERY_MS, turn, onFault, wait);
  await looked.promise;
  return {
    get state() {
      return state;
    },
    stop() {
      stopping.abort();
      return looking.stop();
    },
  };
}

/** Now and then, where it changed: a restarted store is rebuilt from there on. */
function createCheckpoint({ tables, durables, bus, monotonic }: WatchStoreOptions): () => Promise<void> {
  let nextAt = Number.NEGATIVE_INFINITY;
  let reached = -1;
  return async function moveCheckpoint(): Promise<void> {
    const asked = monotonic();
    if (asked < nextAt || bus.status !== 'connected') return;
    nextAt = asked + CHECKPOINT_EVERY_MS;
    const sequence = await bus.settledUpTo(durables);
    nextAt = monotonic() + askAgainIn(monotonic() - asked, CHECKPOINT_EVERY_MS, IN_THE_BACKGROUND);
    if (sequence === reached) return;
    for (const { store } of tables) await store.checkpoint(sequence);
    reached = sequence;
  };
}
