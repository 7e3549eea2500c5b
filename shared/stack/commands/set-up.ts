import { Command } from 'commander';
import { maskUrl } from '#shared/messaging/server-url.ts';
import { readCredentials, urlsWith } from '#shared/runtime/credentials.ts';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { setUpFlow } from '../access/access.ts';
import { credentialsDir, credentialsFile, SET_UP } from '../access/credentials-files.ts';
import { stackEnvironment } from '../stack-environment.ts';
import { calledAs } from './arguments.ts';
import { runTool } from './run-tool.ts';

/** `npm run set-up`, also a job of docker-compose.yml: exits 0 when the broker is set up, 1 with one sentence otherwise. */
async function main(): Promise<number> {
  new Command(calledAs('set-up'))
    .description(
      'Creates the streams and durables that the services need, or brings them to what the variables say; what they hold is kept. npm start and compose do the same.',
    )
    .addHelpText(
      'after',
      '\nIts user is that of CREDENTIALS_FILE, by default the one that npm start made. Variables: see .env.example.',
    )
    .allowExcessArguments(false)
    .exitOverride()
    .parse();
  const settings = readSettings(stackEnvironment());
  const file = settings.CREDENTIALS_FILE ?? credentialsFile(credentialsDir(), SET_UP);
  const url = urlsWith(readCredentials(file), settings).NATS_URL ?? settings.NATS_URL;
  await setUpFlow(url, settings, await loadPattern(settings.PATTERN));
  console.log(`The NATS server at ${maskUrl(url)} has every stream and durable that the services need.`);
  return 0;
}

await runTool(main);
