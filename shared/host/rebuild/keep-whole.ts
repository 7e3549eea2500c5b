import { askAgainIn, IN_THE_BACKGROUND } from '#shared/messaging/ask-again.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { Standing } from '#shared/store/standing.ts';
import type { Instrumentation, RebuildProgress } from '../instrumentation.ts';
import { periodic } from '../periodic.ts';
import type { Part } from './parts.ts';
import { type RebuildOptions, rebuildParts } from './rebuild.ts';

export interface KeepWholeOptions extends Omit<RebuildOptions, 'noticedAt' | 'onProgress' | 'stopping'> {
  /** The service's own store first. */
  readonly parts: readonly Part[];
  readonly durables: readonly string[];
  readonly instrumentation: Pick<Instrumentation, 'rebuilding'>;
  readonly onFault: (error: unknown) => void;
}

export interface Keeper {
  /** `unknown`: a store did not answer when it was asked last. */
  readonly state: 'whole' | 'rebuilding' | 'unknown';
  /** A rebuild under way is left to another process, or to the next start. */
  stop(): Promise<void>;
}

/** How often to look whether the stores are whole, to note how far the stream is settled, and to tell of a rebuild. */
const LOOK_EVERY_MS = 500;
const NOTE_EVERY_MS = 2_000;
const TELL_EVERY_MS = 2_000;

/**
 * Looks after a service's stores for as long as it runs: notices that one lost its data, or may have, and sees to it that
 * one process rebuilds it. Resolves after the first look; where nothing ever happened the stores are whole by then.
 */
export async function keepWhole(options: KeepWholeOptions): Promise<Keeper> {
  const { parts, instrumentation, now, monotonic, wait, onFault } = options;
  const stopping = new AbortController();
  const looked = Promise.withResolvers<void>();
  const note = createNote(options);
  let state: Keeper['state'] = 'unknown';
  /** Since when the stores are known to be as they should not be, on both clocks. */
  let trouble: { readonly at: number; readonly began: number } | undefined;
  let told: RebuildProgress | undefined;
  let toldAt: number | undefined;

  function tell(progress: Omit<RebuildProgress, 'sinceMs'>): void {
    toldAt = monotonic();
    told = { ...progress, sinceMs: toldAt - (trouble?.began ?? toldAt) };
    instrumentation.rebuilding?.(told);
    looked.resolve();
  }

  /** What another process mends in less is nothing to tell of either: a start beside one that starts. */
  const isDue = (): boolean => monotonic() - (toldAt ?? trouble?.began ?? 0) >= TELL_EVERY_MS;

  async function mend(cause: Exclude<Standing['is'], 'whole'>, noticedAt: number): Promise<void> {
    const nothing = { cause, byOther: false, events: 0, orders: 0 };
    const onProgress = (events: number, orders: number): void => {
      // A store that is merely new is nothing to tell of.
      if (!told) tell({ ...nothing, phase: 'noticed' });
      else if (isDue()) tell({ ...nothing, phase: 'folding', events, orders });
    };
    state = 'rebuilding';
    if (cause === 'restarted' && !told) tell({ ...nothing, phase: 'noticed' });
    const done = await rebuildParts(parts, { ...options, noticedAt, onProgress, stopping: stopping.signal }).catch(
      (error: unknown) => {
        if (isDue() && !stopping.signal.aborted) tell({ ...(told ?? nothing), phase: 'failed', error });
        throw error;
      },
    );
    if (!done && isDue()) tell({ ...nothing, phase: told ? 'folding' : 'noticed', byOther: true });
    if (!done) return;
    if (told) tell({ ...nothing, ...done, phase: 'whole' });
    become('whole');
  }

  function become(next: 'whole'): void {
    state = next;
    told = toldAt = trouble = undefined;
  }

  async function look(): Promise<void> {
    const standings = await Promise.all(parts.map(({ store }) => store.standing()));
    const lost = standings.find(({ is }) => is !== 'whole');
    if (lost && lost.is !== 'whole') {
      trouble ??= { at: now(), began: monotonic() };
      return mend(lost.is, trouble.at);
    }
    // Somebody else's work.
    if (told) tell({ ...told, phase: 'whole' });
    become('whole');
    await note();
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

  const looking = periodic(LOOK_EVERY_MS, turn, onFault, wait);
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
function createNote({ parts, durables, bus, monotonic }: KeepWholeOptions): () => Promise<void> {
  let nextAt = Number.NEGATIVE_INFINITY;
  let noted = -1;
  return async function note(): Promise<void> {
    const asked = monotonic();
    if (asked < nextAt || bus.status !== 'connected') return;
    nextAt = asked + NOTE_EVERY_MS;
    const sequence = await bus.settledUpTo(durables);
    nextAt = monotonic() + askAgainIn(monotonic() - asked, NOTE_EVERY_MS, IN_THE_BACKGROUND);
    if (sequence === noted) return;
    for (const { store } of parts) await store.noteSettled(sequence);
    noted = sequence;
  };
}
