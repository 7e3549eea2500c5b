import type { Supervised } from '../processes/supervise.ts';

/** A real server as a child process. It never outlives the process that started it, and keeps port and data over a restart. */
export interface NativeServer extends Omit<Supervised, 'ready'>, AsyncDisposable {
  readonly name: string;
  /** What a client connects to, such as `nats://127.0.0.1:14222`; with the user of `access`, if it has users. */
  readonly url: string;
  readonly monitorUrl?: string;
  /** Resolves when it ends without having been asked to, with a sentence that says how; never otherwise. */
  readonly died: Promise<string>;
  /** Ends it, and removes its folder if that was a temporary one. May be called again. */
  stop(): Promise<void>;
}
