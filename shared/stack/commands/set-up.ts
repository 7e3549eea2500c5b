import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { maskUrl } from '#shared/messaging/server-url.ts';
import { readCredentials, urlsWith } from '#shared/runtime/credentials.ts';
import { loadPattern, type Pattern } from '#shared/runtime/pattern.ts';
import { readSettings, type Settings } from '#shared/runtime/settings.ts';
import { storeKindsIn } from '#shared/runtime/store-settings.ts';
import { setUpFlow, storeOwners } from '../access/access.ts';
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
  const pattern = await loadPattern(settings.PATTERN);
  await setUpFlow(url, settings, pattern);
  await setUpStores(file, settings, pattern);
  console.log(`The NATS server at ${maskUrl(url)} has every stream and durable that the services need.`);
  return 0;
}

/** In containers nothing else makes what the stores' servers hold: `npm start` does it whenever it has started them. */
async function setUpStores(file: string, settings: Settings, pattern: Pattern): Promise<void> {
  const verifiers = join(dirname(file), 'postgres.json');
  const of: Record<string, string> = existsSync(verifiers) ? JSON.parse(readFileSync(verifiers, 'utf8')) : {};
  const urls = urlsWith(readCredentials(file), settings);
  const owners = storeOwners(pattern, (user) => of[user] ?? '');
  for (const { variable, login, load } of storeKindsIn(pattern, settings)) {
    const { prepare } = await load();
    if (!login || (login === 'postgres' && existsSync(verifiers))) await prepare?.(urls[variable] ?? '', owners);
  }
}

await runTool(main);
