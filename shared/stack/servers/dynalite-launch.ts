import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostAndPort } from '#shared/messaging/server-url.ts';
import { answersWith } from '../processes/ask.ts';
import type { Program } from '../programs/programs.ts';
import type { LaunchOf } from './launches.ts';

/** Comes with the packages of this repository: Node runs it, and nothing is to be found or obtained. */
export const dynalite: Program = { name: 'dynalite', path: process.execPath, env: {}, version: 'of package.json' };

/** dynalite, an emulator of DynamoDB that keeps its tables in LevelDB. Nobody logs in, and it never syncs to the disk. */
export const dynaliteLaunch: LaunchOf = async ({ dir, bind, ports: [port] }) => {
  const options = { host: bind, port: String(port), path: join(dir, 'data'), createTableMs: '0', deleteTableMs: '0' };
  return {
    protocol: 'http',
    args: [
      fileURLToPath(import.meta.resolve('dynalite/cli.js')),
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    ],
    answers: () => answersWith(`http://${hostAndPort(bind, port)}/`, (text) => text.startsWith('healthy: dynamodb')),
  };
};
