import type { BrokerInspector } from '#shared/messaging/broker-inspector.ts';
import { askAgainIn, IN_THE_BACKGROUND } from '#shared/messaging/broker-inspector.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { Table } from '../behaviour.ts';
import { type Clock, periodic } from '../clock.ts';
import type { Instrumentation, RebuildProgress } from '../instrumentation.ts';
import { type RebuildOptions, rebuildTables } from './rebuild.ts';

export interface WatchStoreOptions
  extends Omit<RebuildOptions, 'noticedAt' | 'onProgress' | 'stopping'>,
    Pick<Clock, 'monotonic'> {
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

/** The stores do not answer, or are not whole. */
interface Trouble {
  /** When that was noticed: on the host's clock, and on the monotonic one. */
  readonly at: number;
  readonly began: number;
  reported?: RebuildProgress;
}

/** How often to ask whether the stores are whole, to move the checkpoint, and to report a rebuild. */
const ASK_EVERY_MS = 500;
const CHECKPOINT_EVERY_MS = 2_000;
const REPORT_EVERY_MS = 2_000;

/** Notices that a store lost its data, or may have, and has one process rebuild it. Resolves after the first look. */
export async function watchStore(options: WatchStoreOptions): Promise<StoreWatch> {
  const { tables, instrumentation, now, monotonic, wait, onFault } = options;
  const stopping = new AbortController();
  const looked = Promise.withResolvers<void>();
  const moveCheckpoint = createCheckpoint(options);
  let state: StoreWatch['state'] = 'unknown';
  let trouble: Trouble | undefined;

  function report(of: Trouble, progress: Omit<RebuildProgress, 'sinceMs'>): void {
    of.reported = { ...progress, sinceMs: monotonic() - of.began };
    instrumentation.rebuilding(of.reported);
    looked.resolve();
  }

  /** A rebuild that another replica finishes within 2 s is not reported. */
  const isDue = ({ began, reported }: Trouble): boolean =>
    monotonic() - began - (reported?.sinceMs ?? 0) >= REPORT_EVERY_MS;

  /** False: another process rebuilds. */
  async function rebuild(cause: RebuildProgress['cause'], of: Trouble): Promise<boolean> {
    const nothing = { cause, byOther: false, events: 0, orders: 0 };
    function onProgress(events: number, orders: number): void {
      // A store that is merely new is not reported.
      if (!of.reported) report(of, { ...nothing, phase: 'noticed' });
      else if (isDue(of)) report(of, { ...nothing, phase: 'folding', events, orders });
    }
    if (cause === 'restarted' && !of.reported) report(of, { ...nothing, phase: 'noticed' });
    try {
      const done = await rebuildTables(tables, { ...options, noticedAt: of.at, onProgress, stopping: stopping.signal });
      if (done && of.reported) report(of, { ...nothing, ...done, phase: 'whole' });
      if (!done && isDue(of)) report(of, { ...nothing, phase: of.reported ? 'folding' : 'noticed', byOther: true });
      return done !== undefined;
    } catch (error) {
      if (isDue(of) && !stopping.signal.aborted) report(of, { ...(of.reported ?? nothing), phase: 'failed', error });
      throw error;
    }
  }

  async function look(): Promise<void> {
    const healths = await Promise.all(tables.map(({ store }) => store.health()));
    const cause = healths.map(({ is }) => is).find((is) => is !== 'whole');
    if (cause) {
      state = 'rebuilding';
      trouble ??= { at: now(), began: monotonic() };
      if (!(await rebuild(cause, trouble))) return;
    } else if (trouble?.reported) report(trouble, { ...trouble.reported, phase: 'whole' });
    state = 'whole';
    trouble = undefined;
    if (!cause) await moveCheckpoint();
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
  let reached = '';
  return async function moveCheckpoint(): Promise<void> {
    const asked = monotonic();
    if (asked < nextAt || bus.status !== 'connected') return;
    nextAt = asked + CHECKPOINT_EVERY_MS;
    // First: a sequence of a newer stream under an older identity only makes a rebuild longer.
    const stream = await bus.identity();
    const sequence = await bus.settledUpTo(durables);
    nextAt = monotonic() + askAgainIn(monotonic() - asked, CHECKPOINT_EVERY_MS, IN_THE_BACKGROUND);
    const position = `${sequence} ${stream}`;
    if (position === reached) return;
    for (const { store } of tables) await store.checkpoint(sequence, stream);
    reached = position;
  };
}
