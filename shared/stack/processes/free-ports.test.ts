import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from './free-ports.ts';

test('a port is free, and not given twice before somebody listens on it', async () => {
  const ports: number[] = [];
  for (let n = 0; n < 200; n += 1) ports.push(await freePort('127.0.0.1'));
  expect(new Set(ports).size).toBe(ports.length);
  const server = createServer().listen(ports[0], '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  server.close();
});
