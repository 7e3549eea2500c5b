import { expect, it } from 'vitest';
import { grafanaUrl } from './grafana-url.ts';

it('names a port that is one', () => {
  expect(Number(new URL(grafanaUrl()).port)).toBeGreaterThan(0);
});
