import { execa } from 'execa';
import { expect } from 'vitest';
import { readSettings } from '#shared/runtime/settings.ts';
import { repository } from '#shared/stack/processes/data-dir.ts';

/** Variable -> the port that the pages name, of what both ways publish. */
export const namedPorts: Readonly<Record<string, number>> = Object.fromEntries(
  (['ORDER_PORT', 'NATS_PORT', 'NATS_MONITOR_PORT', 'REDIS_PORT', 'PROMETHEUS_PORT'] as const).map((name) => [
    name,
    readSettings({})[name],
  ]),
);

/** A search of the log for trouble finds nothing where there is none. */
const MAY_BE_SILENT = /grep -E '"level"|docker compose logs \| grep dead-lettered/;

export interface Trial {
  readonly orderId: string;
  /** What the page says -> what it is in this stack. */
  readonly instead: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs a command of the runbook as a reader does. It must succeed and print something. */
export async function tryCommand(command: string, { orderId, instead, env }: Trial): Promise<void> {
  const here = Object.entries(instead).reduce((text, [from, to]) => text.replaceAll(from, to), command);
  const { exitCode, stdout, all } = await execa('sh', ['-c', here.replace(/<order[^>]*>/, orderId)], {
    cwd: repository,
    env,
    all: true,
    reject: false,
  });
  expect(exitCode, all).toBe(0);
  if (command.includes('/api/v1/query')) expect(JSON.parse(stdout), all).toMatchObject({ status: 'success' });
  if (!MAY_BE_SILENT.test(command)) expect(stdout.trim(), 'what it prints').not.toBe('');
}
