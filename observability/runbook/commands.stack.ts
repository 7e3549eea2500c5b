import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { serviceNames } from '#shared/runtime/pattern.ts';
import { adminPortVariable, readSettings } from '#shared/runtime/settings.ts';
import { adminPortOf } from '#shared/stack/admin-ports.ts';
import { dataDir, repository } from '#shared/stack/processes/data-dir.ts';
import { findProgram } from '#shared/stack/programs/programs.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { portsFor } from '#shared/testing/ports-for.ts';
import { type AlertName, alertNames } from '../prometheus/rules/alert-catalogue.ts';
import { firstCommands, pageOf } from './runbook-commands.ts';

const prometheusRuns = (await findProgram('prometheus')) !== undefined;

/** Variable -> the port that the pages name. */
const named = {
  ...Object.fromEntries(
    (['ORDER_PORT', 'NATS_PORT', 'NATS_MONITOR_PORT', 'REDIS_PORT', 'PROMETHEUS_PORT'] as const).map((name) => [
      name,
      readSettings({})[name],
    ]),
  ),
  ...Object.fromEntries(
    serviceNames(choreography).map((name) => [adminPortVariable(name), adminPortOf(choreography, name, {})]),
  ),
};

/** Every first command of the runbook, each once, with the alerts whose pages have it. */
function everyCommand(): Map<string, AlertName[]> {
  const found = new Map<string, AlertName[]>();
  for (const alert of alertNames)
    for (const command of firstCommands(pageOf(alert))) found.set(command, [...(found.get(command) ?? []), alert]);
  return found;
}

/** A search for trouble finds nothing where there is none. */
const MAY_BE_SILENT = /^grep -E '"level"/;

const npmStart = (env: Record<string, string>) =>
  execa(process.execPath, ['shared/stack/commands/start.ts'], {
    cwd: repository,
    env: { NO_COLOR: '1', ...env },
    all: true,
    reject: false,
    // It drains first: killed before, its services would still write into the folder that the test removes.
    forceKillAfterDelay: false,
  });

describe.runIf(prometheusRuns)('on a stack started by npm start', () => {
  let ports: Record<string, string>;
  let folder: string;
  let stack: ReturnType<typeof npmStart>;
  let orderId = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pizza-runbook-'));
    if (existsSync(join(dataDir(), 'programs'))) await symlink(join(dataDir(), 'programs'), join(folder, 'programs'));
    ports = await portsFor(Object.keys(named));
    // Something to be seen on the pages of dead letters.
    const FAULTS = JSON.stringify([{ fault: 'corrupt', type: 'payment.completed' }]);
    stack = npmStart({ DATA_DIR: folder, FAULTS, ...ports });
    let said = '';
    stack.all.on('data', (bytes) => {
      said += String(bytes);
    });
    const sample = async () => /Sample order (\S+)[\s\S]*Prometheus says/.exec(said)?.[1];
    orderId = await eventually(sample, 'the sample order, scraped', 90_000).catch((error: Error) => {
      throw new Error(`${error.message}; npm start said:\n${said}`);
    });
  });
  afterAll(async () => {
    stack?.kill('SIGTERM');
    await stack;
    await rm(folder, { recursive: true, force: true });
  });

  /** The command as a reader runs it, on this stack's ports and folder. */
  function run(command: string) {
    const here = Object.entries(named).reduce(
      (text, [name, port]) => text.replaceAll(`localhost:${port}`, `127.0.0.1:${ports[name]}`),
      command.replaceAll('.data/', `${folder}/`).replace(/<order[^>]*>/, orderId),
    );
    return execa('sh', ['-c', here], {
      cwd: repository,
      env: { DATA_DIR: folder, ...ports },
      all: true,
      reject: false,
    });
  }

  it.each([...everyCommand()])('%s runs (%s)', async (command) => {
    const { exitCode, stdout, all } = await run(command);
    expect(exitCode, all).toBe(0);
    if (command.includes('/api/v1/query')) expect(JSON.parse(stdout), all).toMatchObject({ status: 'success' });
    if (!MAY_BE_SILENT.test(command)) expect(stdout.trim(), 'what it prints').not.toBe('');
  });
});
