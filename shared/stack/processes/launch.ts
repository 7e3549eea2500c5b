import type { Program } from '../programs/programs.ts';

/** Who is let in. */
export interface ServerAccess {
  /** In the server's own words: users, what each may do, and hashes of their passwords. */
  readonly users: string;
  /** The one that `url` names, and that asks whether the server answers. */
  readonly as: { readonly user: string; readonly password: string };
}

/** What a server is given to run with. */
export interface LaunchInput {
  readonly program: Program;
  readonly dir: string;
  readonly bind: string;
  readonly ports: readonly number[];
  readonly durable: boolean;
  readonly logFile: string;
  readonly access: ServerAccess | undefined;
}

/** How to run a server, and how to tell that it answers. */
export interface Launch {
  readonly name: string;
  readonly url: string;
  readonly monitorUrl?: string;
  readonly otlpUrl?: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Within how long it has to answer. Default 30 s. */
  readonly startWithinMs?: number;
  /** Whether the process with this pid, and no other, serves on its port. Never rejects. */
  readonly answers: (pid: number) => Promise<boolean>;
  /** Called with its URL whenever it has been started and answers. */
  readonly prepare?: (url: string) => Promise<void>;
}
