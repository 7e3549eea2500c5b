import { obtainK6 } from './run/obtain-k6.ts';

/** vitest's global set-up of the suites that need k6: gets it once, which may take a minute where Go builds it. */
export default async function obtainForTests(): Promise<void> {
  // The suites say so themselves when there is none.
  await obtainK6(console.error).catch((error: Error) => console.error(error.message));
}
