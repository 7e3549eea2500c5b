import { expect, it } from 'vitest';
import { startGrafana } from './fixtures/grafana.ts';
import { markRun } from './mark-run.ts';

it('marks a run from its begin to its end on every dashboard, once', async () => {
  await using grafana = await startGrafana();
  const { url, asked } = grafana;
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
  await using grafana = await startGrafana();
  const { url, asked } = grafana;
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
