import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { serviceNames } from '#shared/runtime/pattern.ts';
import { adminPortVariable } from '#shared/runtime/settings.ts';
import { dataDir, repository } from '#shared/stack/processes/data-dir.ts';
import { findProgram } from '#shared/stack/programs/programs.ts';
import { adminPortOf } from '#shared/stack/stack-environment.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { portsFor } from '#shared/testing/ports-for.ts';
import { namedPorts, tryCommand } from './fixtures/try-command.ts';
import { everyCommand } from './runbook-commands.ts';

const prometheusRuns = (await findProgram('prometheus')) !== undefined;

/** Variable -> the port that the pages name. */
const named = {
  ...namedPorts,
  ...Object.fromEntries(
    serviceNames(choreography).map((name) => [adminPortVariable(name), adminPortOf(choreography, name, {})]),
  ),
};

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

  it.each([...everyCommand('npm start')])('%s runs (%s)', async (command) => {
    const here = Object.entries(named).map(([name, port]) => [`localhost:${port}`, `127.0.0.1:${ports[name]}`]);
    const instead = { ...Object.fromEntries(here), '.data/': `${folder}/` };
    await tryCommand(command, { orderId, instead, env: { DATA_DIR: folder, ...ports } });
  });
});
