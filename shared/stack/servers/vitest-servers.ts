import { obtainProgram } from '../programs/programs.ts';

/** vitest's global set-up: gets the server programs once. Each suite starts its own servers, which end with its worker. */
export default async function obtainServers(): Promise<void> {
  await obtainProgram('nats-server');
  await obtainProgram('redis-server');
  // The suites that need it say so themselves.
  await obtainProgram('prometheus').catch((error: Error) => console.error(error.message));
}
