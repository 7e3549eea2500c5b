import { execa } from 'execa';
import { expect, it } from 'vitest';

it('writes plain text into a pipe, in CI too', async () => {
  const print = "import { colours } from '#shared/report/colours.ts'; console.log(colours.red('broken'));";
  const { stdout } = await execa('node', ['--input-type=module', '--eval', print], {
    preferLocal: true,
    env: { CI: 'true', NO_COLOR: undefined },
  });
  expect(stdout).toBe('broken');
});
