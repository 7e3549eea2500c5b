/** A real server as a child process. It never outlives the process that started it. */
export interface NativeServer extends AsyncDisposable {
  readonly name: string;
  /** What a client connects to, such as `nats://127.0.0.1:14222`; with the user of `access`, if it has users. */
  readonly url: string;
  readonly monitorUrl?: string;
  /** Where it takes OTLP over HTTP, if it does: below it are `/v1/traces` and `/v1/logs`. */
  readonly otlpUrl?: string;
  /** Changes with every restart. */
  readonly pid: number;
  /** Resolves when it ends without having been asked to, with a sentence that says how; never otherwise. */
  readonly died: Promise<string>;
  /** Ends it, and removes its folder if that was a temporary one. May be called again. */
  stop(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it by `signal` (SIGTERM unless told), then starts it on the same port and data; resolves when it answers. */
  restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}
