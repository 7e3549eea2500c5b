import { mkdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { MIN_NATS_VERSION } from '#shared/messaging/jetstream/nats-link.ts';
import { dataDir, repository } from '../processes/data-dir.ts';

const suites = ['shared/messaging/jetstream/jetstream-bus.stack.ts', 'services/choreography.stack.ts'];
const hasGo = !(await execa('go', ['version'], { reject: false })).failed;
const folder = join(dataDir(), 'versions');

/** The oldest NATS that README claims, and the newest that is known. Redis: Debian's 7.0 runs here, compose has 8. */
describe.skipIf(!hasGo).each([MIN_NATS_VERSION, '2.15.1'])('NATS %s', (version) => {
  const bin = join(folder, version);
  afterAll(() => rm(bin, { recursive: true, force: true }));

  it('passes the suites of the bus and of the choreography', async () => {
    await mkdir(bin, { recursive: true });
    await execa('go', ['install', `github.com/nats-io/nats-server/v2@v${version}`], { env: { GOBIN: bin } });
    expect((await execa(join(bin, 'nats-server'), ['--version'])).stdout).toContain(version);
    // What PATH has comes before what was downloaded.
    const env = { PATH: `${bin}${delimiter}${process.env.PATH}`, NO_COLOR: '1' };
    const { all, exitCode } = await execa('vitest', ['run', '--project=stack', ...suites], {
      cwd: repository,
      preferLocal: true,
      env,
      reject: false,
      all: true,
    });
    expect(exitCode, all).toBe(0);
  });
});
