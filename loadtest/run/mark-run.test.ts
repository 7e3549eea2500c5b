import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { markRun } from './mark-run.ts';

let server: Server | undefined;
afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: Record<string, unknown>;
}

/** A Grafana that takes annotations, and what it was asked. */
async function startGrafana(): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  server = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
    asked.push({ method: request.method, url: request.url, body });
    response.end(JSON.stringify({ id: 7, message: 'Annotation added' }));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

it('marks a run from its begin to its end on every dashboard, once', async () => {
  const { url, asked } = await startGrafana();
  {
    await using mark = await markRun(url, { text: 'load: smoke', tags: ['smoke'] }, () => undefined);
    await mark.end('passed');
  }
  expect(asked).toMatchObject([
    { method: 'POST', url: '/api/annotations', body: { tags: ['load', 'smoke'], text: 'load: smoke' } },
    { method: 'PATCH', url: '/api/annotations/7', body: { text: 'load: smoke: passed' } },
  ]);
  expect(asked).toHaveLength(2);
  expect(Number(asked[1]?.body.timeEnd)).toBeGreaterThanOrEqual(Number(asked[0]?.body.time));
});

it('closes the mark of a run that throws', async () => {
  const { url, asked } = await startGrafana();
  const run = async () => {
    await using _mark = await markRun(url, { text: 'load: smoke', tags: [] }, () => undefined);
    throw new Error('no k6');
  };
  await expect(run()).rejects.toThrow('no k6');
  expect(asked.at(-1)).toMatchObject({ method: 'PATCH', body: { text: 'load: smoke: broken off' } });
});

it('says so, and goes on, when no Grafana answers', async () => {
  const said: string[] = [];
  const mark = await markRun('http://127.0.0.1:9', { text: 'load', tags: [] }, (line) => said.push(line));
  await mark.end('passed');
  expect(said).toEqual([expect.stringMatching(/none answers at http:\/\/127\.0\.0\.1:9/)]);
});
