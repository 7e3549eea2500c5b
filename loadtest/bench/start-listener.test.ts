import { expect, it } from 'vitest';
import { startListener } from './start-listener.ts';

it('tells the port that the script printed', async () => {
  await using sink = await startListener('telemetry-sink.ts');
  expect((await fetch(`http://127.0.0.1:${sink.port}`)).status).toBe(200);
});

it('does not wait for one that ended', async () => {
  await expect(startListener('none.ts')).rejects.toThrow('none.ts ended (1) before it listened');
});
