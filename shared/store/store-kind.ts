import type { OpenStore } from './store.ts';

export const COMMAND_TIMEOUT_MS = 1_500;

/** Where the data of one store is. */
export interface StoreAt {
  /** The server's, with user and password where it has users; for a store in files the folder's `file:` URL. */
  readonly url: string;
  /** Whose data: two stores share theirs exactly if they share this. Most often the service's name. */
  readonly service: string;
  /** No answer within this time: Unavailable. Default: COMMAND_TIMEOUT_MS. */
  readonly commandTimeoutMs?: number;
}

/** Who uses the server, for those stores that keep users apart. */
export interface StoreOwner {
  readonly user: string;
  readonly password: string;
  /** The `service` of each store that it opens. */
  readonly stores: readonly string[];
}

/** One way of keeping state: a folder beside this file, and a line in `store-kinds.ts`. */
export interface StoreKind {
  /** As STORE names it; the folder's name. */
  readonly name: string;
  /** The variable that holds its URL. Several kinds may share a server. */
  readonly variable: string;
  /** The URL by default; `file:` ones are relative to DATA_DIR. */
  readonly url: string;
  /** The protocols of its URLs. */
  readonly protocols: RegExp;
  /** The variable that sets the port of `url` for the server that `npm start` runs. */
  readonly portVariable?: string;
  /** The server that has the users, and so the name of the password in a credentials file. Undefined: nobody logs in. */
  readonly login?: 'nats' | 'redis' | 'postgres';
  /** The JetStream stream that holds a store, where it is kept in NATS. */
  readonly stream?: (service: string) => LogStream;
  /** `exact`: counters change in the same step as the document. `derived`: they follow from the documents, by projection. */
  readonly balances: 'exact' | 'derived';
  /** For the table in README.md: what a reader gets, what an accident costs, what must run. */
  readonly keeps: string;
  readonly loses: string;
  readonly needs: string;
  /** Only then is the client library of the store loaded. */
  load(): Promise<StoreAdapter>;
}

/** A stream of one store. */
export interface LogStream {
  readonly name: string;
  /** What its subjects begin with; a key follows. */
  readonly prefix: string;
  /** How many messages it keeps of each key; -1: all. */
  readonly history: number;
}

export interface StoreAdapter {
  /** Connects in the background; the first call waits for it. */
  open(at: StoreAt): OpenStore;
  /** For tools: the ids of all documents, some of them twice if it changes meanwhile. @throws Unavailable('store') */
  documentIds(at: StoreAt): Promise<string[]>;
  /** For tools: drops all that is stored, so that the service rebuilds it. Resolves with how many records. @throws Unavailable('store') */
  drop(at: StoreAt): Promise<number>;
  /** Before services start, as somebody who may: makes what they open (schemas, streams, users). May be repeated. */
  prepare?(url: string, owners: readonly StoreOwner[]): Promise<void>;
}
