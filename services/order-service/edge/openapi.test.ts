import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { anOrder } from '../fixtures/publish-event.ts';
import { createIntake } from './intake.ts';

const intake = createIntake({ flow: pizzaFlow, bus: createMemoryBus() });
afterAll(() => intake.close());

const document = async () => (await intake.inject({ url: '/openapi.json' })).json();

describe('the OpenAPI document', () => {
  it('has every route, and no other', async () => {
    const { openapi, paths } = await document();
    expect(openapi).toBe('3.1.0');
    const documented = Object.entries(paths as Record<string, object>).flatMap(([path, item]) =>
      Object.keys(item).flatMap((method) => (method === 'parameters' ? [] : `${method} ${path}`)),
    );
    const asked = Object.keys(paths).map(async (path) => {
      const { headers } = await intake.inject({ method: 'OPTIONS', url: path });
      return String(headers.allow)
        .toLowerCase()
        .split(', ')
        .map((method) => `${method} ${path}`);
    });
    const served = (await Promise.all(asked)).flat().filter((route) => !route.startsWith('options '));
    // A GET that is documented has its HEAD by HTTP itself.
    const implied = documented.flatMap((route) => (route.startsWith('get ') ? [route.replace('get', 'head')] : []));
    expect([...new Set([...documented, ...implied])].toSorted()).toEqual(served.toSorted());
    expect(intake.printRoutes({ commonPrefix: false }).match(/\((GET|POST)/g)).toHaveLength(Object.keys(paths).length);
  });

  it('refers only to schemas that it has', async () => {
    const whole = await document();
    const names = [...JSON.stringify(whole).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    expect(names).toContain('kitchen.ready');
    for (const name of names) expect(whole.components.schemas).toHaveProperty([name ?? '']);
  });

  it('describes the order as it is checked', async () => {
    const { components } = await document();
    // Patterns aside: zod reads them without the Unicode flag that JSON Schema asks for.
    const patternless = JSON.stringify(components.schemas.OrderRequest, (key, value) =>
      key === 'pattern' ? undefined : value,
    );
    const schema = z.fromJSONSchema(JSON.parse(patternless));
    expect(schema.safeParse(anOrder).success).toBe(true);
    expect(schema.safeParse({ ...anOrder, tip: 1 }).success).toBe(false);
    expect(schema.safeParse({ ...anOrder, totalAmount: '1' }).success).toBe(false);
  });

  it('describes the answers as they are', async () => {
    const { components } = await document();
    const accepted = (await intake.inject({ method: 'POST', url: '/orders', payload: anOrder })).json();
    const view = (await intake.inject({ url: accepted.links.self })).json();
    const problem = (await intake.inject({ url: '/orders/nobody' })).json();
    const fits = (name: string, value: unknown) => z.fromJSONSchema(components.schemas[name]).safeParse(value).success;
    expect([fits('OrderAccepted', accepted), fits('OrderView', view), fits('Problem', problem)]).toEqual([
      true,
      true,
      true,
    ]);
    expect(fits('OrderView', accepted)).toBe(false);
  });

  it('names every type of problem, and which of them mean that the order was not taken', async () => {
    const { components, paths } = await document();
    expect(components.schemas.Problem.properties.type.enum).toContain('urn:problem:stream-full');
    expect(paths['/orders'].post.responses['503'].description).toContain('stream-full');
    const problem = { type: 'urn:problem:nothing', title: 't', status: 503, detail: 'd' };
    expect(z.fromJSONSchema(components.schemas.Problem).safeParse(problem).success).toBe(false);
  });

  it('is named by the index', async () => {
    expect((await intake.inject({ url: '/' })).json().links.openapi).toBe('/openapi.json');
  });
});
