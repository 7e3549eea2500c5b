import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { loadServices } from '#shared/stack/load-services.ts';
import { metricsTable } from './metrics-table.ts';

const readme = new URL('../../../observability/README.md', import.meta.url);

it('observability/README.md has the table of metrics as the catalogue defines them (UPDATE=1 writes it)', async () => {
  const services = await loadServices(pizzaFlow);
  const table = metricsTable(
    services.map(({ name, reacts }) => ({
      flow: pizzaFlow,
      service: name,
      reacts: Object.keys(reacts(pizzaFlow)),
      orderTimeoutMs: 1_800_000,
    })),
  );
  const text = readFileSync(readme, 'utf8');
  const written = text.replace(
    /(<!-- metrics:start[^>]*-->\n)[\s\S]*?(<!-- metrics:end -->)/,
    () =>
      `<!-- metrics:start: written by UPDATE=1 npx vitest run shared/telemetry -->\n\n${table}\n\n<!-- metrics:end -->`,
  );
  if (process.env.UPDATE) writeFileSync(readme, written);
  expect(readFileSync(readme, 'utf8')).toBe(written);
});
