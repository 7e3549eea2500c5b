import { Unavailable } from '#shared/messaging/faults.ts';
import { BrokerRefusal } from '#shared/messaging/jetstream/broker-answer.ts';
import { maskUrl } from '#shared/messaging/server-url.ts';
import { readCredentials, urlsWith } from '#shared/runtime/credentials.ts';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { BadSettings, readSettings } from '#shared/runtime/settings.ts';
import { setUpFlow } from '../access/access.ts';
import { credentialsDir, credentialsFile, SET_UP } from '../access/credentials-files.ts';
import { loadDotEnv } from '../processes/data-dir.ts';
import { stackEnvironment } from '../stack-environment.ts';

const HELP = `npm run set-up: creates the streams and durables that the services need, or brings them to what the variables say.
What they hold is kept. npm start does the same at each start of NATS, and compose before it starts the services.
Its user is that of CREDENTIALS_FILE, by default the one that npm start made. Variables: see .env.example; a file .env is read.`;

/** Needs only the services' packages, since it is also a job of docker-compose.yml. Exits 0 when the broker is set up. */
async function main(): Promise<void> {
  if (process.argv.length > 2) return console.log(HELP);
  loadDotEnv();
  const settings = readSettings(stackEnvironment());
  const file = settings.CREDENTIALS_FILE ?? credentialsFile(credentialsDir(), SET_UP);
  const url = urlsWith(readCredentials(file), settings).nats;
  await setUpFlow(url, settings, await loadPattern(settings.PATTERN));
  console.log(`The NATS server at ${maskUrl(url)} has every stream and durable that the services need.`);
}

try {
  await main();
} catch (error) {
  const foreseen = [BadSettings, BrokerRefusal, Unavailable].some((kind) => error instanceof kind);
  const { message, cause, stack } = error as Error;
  console.error(
    `npm run set-up failed: ${foreseen ? [message, (cause as Error)?.message].filter(Boolean).join(': ') : stack}`,
  );
  process.exitCode = 1;
}
