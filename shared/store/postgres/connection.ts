import { Socket } from 'node:net';
import { Client } from 'pg';
import { Unavailable } from '#shared/messaging/faults.ts';
import { storeFault } from './faults.ts';
import { useSchema } from './schema.ts';

export interface Place {
  readonly url: string;
  /** The schema's name. */
  readonly service: string;
  readonly commandTimeoutMs: number;
}

/** One connection, which does one thing after the other. */
export interface Connection {
  /** Runs `task` when it is its turn. @throws Unavailable('store') whatever went wrong; what follows begins on a new connection */
  run<T>(task: (client: Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Connects when it is first asked. */
export function createConnection(place: Place): Connection {
  let opened: ReturnType<typeof connect> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  /** Whoever waits when a task fails, fails with it: a server that does not answer keeps everyone waiting once, not one by one. */
  let failed = { times: 0, fault: undefined as unknown };
  let closed = false;

  function drop(): void {
    void opened?.then(({ destroy }) => destroy()).catch(() => undefined);
    opened = undefined;
  }

  async function open(): Promise<Client> {
    if (closed) throw storeFault(place.url, new Error('the store is closed'));
    if (!opened) {
      const opening = connect(place, () => {
        // The loss of one that was dropped is told late.
        if (opened === opening) drop();
      });
      opened = opening;
    }
    return (await opened).client;
  }

  async function turn<T>(task: (client: Client) => Promise<T>, before: number): Promise<T> {
    if (before !== failed.times) throw failed.fault;
    try {
      return await task(await open());
    } catch (error) {
      // The store says so: the connection is as good as before.
      if (error instanceof Unavailable) throw error;
      drop();
      failed = { times: failed.times + 1, fault: storeFault(place.url, error) };
      throw failed.fault;
    }
  }

  return {
    run(task) {
      const { times } = failed;
      const result = last.then(() => turn(task, times));
      last = result.catch(() => undefined);
      return result;
    },
    async close() {
      closed = true;
      await last;
      drop();
    },
  };
}

/** Ready for the store's calls. */
async function connect({ url, service, commandTimeoutMs }: Place, onLoss: () => void) {
  const socket = new Socket();
  const client = new Client({
    connectionString: url,
    stream: () => socket,
    connectionTimeoutMillis: commandTimeoutMs,
    query_timeout: commandTimeoutMs,
    // Whoever waits for a lock is gone by then.
    statement_timeout: commandTimeoutMs,
    application_name: service,
    keepAlive: true,
  });
  const destroy = () => void socket.destroy();
  // A loss between two calls; without a listener it would end the process.
  client.on('error', onLoss);
  try {
    await client.connect();
    await useSchema(client, service);
    return { client, destroy };
  } catch (error) {
    destroy();
    throw error;
  }
}
