import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compileCheck } from './compile-check.ts';
import { currency, label, orderId, timestamp } from './fields.ts';
import { orderRequest } from './order.ts';
import { pizzaFlow } from './pizza-flow.ts';

type Tree = Record<string, unknown>;

const events = Object.entries(pizzaFlow.events);

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: fc.constantFrom('😀', '\ud83d', '\ude00', 'a', '\u0000', '\u0085', 'é'), maxLength: 3 }),
  fc.nat({ max: 4 }).map((more) => '😀'.repeat(48 + more)),
  fc.nat({ max: 2 }).map((more) => 'x'.repeat(99 + more)),
  fc.constantFrom('', 'JPY', 'GBP', 'XXA', 'large', 'ready-for-preparation', 'a.>', 'constructor', '12345\n'),
  fc.constantFrom('2026-02-29T10:00:00Z', '2028-02-29T10:00:00+01:00', '2026-01-13T10:30Z', '2026-01-13t10:30:00z'),
);
const odd = fc.oneof(
  text,
  fc.constantFrom<unknown>(
    null,
    undefined,
    Number.NaN,
    -0,
    0,
    1e-7,
    0.01,
    15.999,
    1e21,
    Infinity,
    -1,
    true,
    [],
    {},
    { toString: 1 },
  ),
  fc.constantFrom<unknown>(new Array(3), [[]], [null], ['a', undefined], new Date(0), () => 1, 5n, Symbol.iterator),
  fc.array(text, { maxLength: 22 }),
  fc.double(),
  fc.jsonValue(),
);
const name = fc.constantFrom('__proto__', 'constructor', 'toString', 'length', '0', 'orderId', 'unit', 'note');

/** Every place in the data: the way to it. */
const placesIn = (data: unknown): string[][] =>
  typeof data === 'object' && data !== null
    ? Object.entries(data).flatMap(([key, value]) => [[key], ...placesIn(value).map((rest) => [key, ...rest])])
    : [];

function changed(data: Tree, [key = '', ...rest]: string[], change: (holder: Tree, key: string) => void): Tree {
  if (rest.length === 0) change(data, key);
  else changed(data[key] as Tree, rest, change);
  return data;
}

/** A valid payload, and the same with up to two places removed, replaced or added to. */
const variantsOf = (example: object): fc.Arbitrary<Tree> => {
  const change = fc.record({
    place: fc.constantFrom(...placesIn(example)),
    how: fc.constantFrom('remove', 'replace', 'add'),
    name,
    value: odd,
  });
  return fc.array(change, { maxLength: 2 }).map((changes) => {
    let data = structuredClone(example) as Tree;
    for (const { place, how, name: added, value } of changes)
      try {
        data = changed(data, place, (holder, key) => {
          if (how === 'remove') delete holder[key];
          else
            Object.defineProperty(holder, how === 'add' ? added : key, { value, enumerable: true, configurable: true });
        });
      } catch {
        // The first change took away the place of the second.
      }
    return data;
  });
};

function agrees(schema: z.ZodType, data: unknown): boolean {
  const { success } = schema.safeParse(data);
  expect(compileCheck(schema)(data)).toBe(success);
  return success;
}

describe('a compiled check answers as its schema does', () => {
  it.each(events)('for %s', (_type, { schema, example }) => {
    const answers = new Set<boolean>();
    expect(agrees(schema, example)).toBe(true);
    fc.assert(
      fc.property(variantsOf(example), (data) => void answers.add(agrees(schema, data))),
      { numRuns: 1_000 },
    );
    fc.assert(fc.property(odd, (data) => void agrees(schema, data)));
    expect(answers.size).toBe(2);
  });

  it.each(Object.entries({ label, orderId, currency, timestamp }))('for any %s', (_name, schema) => {
    fc.assert(
      fc.property(odd, (data) => void agrees(schema, data)),
      { numRuns: 2_000 },
    );
  });

  const node = z.looseObject({
    name: label,
    get parts() {
      return z.array(node).optional();
    },
  });
  const picky = z
    .object({ a: z.any() })
    .refine((data) => data?.a !== 5, { when: ({ value }) => (value as { a?: unknown })?.a !== 5 });
  it.each<[string, z.ZodObject]>([
    ['an order request, which is strict', orderRequest],
    ['lengths in code points', z.object({ a: z.string().min(2).max(3), b: z.array(z.unknown()).min(1).max(2) })],
    ['what may be undefined', z.object({ a: z.unknown(), b: z.undefined(), c: z.any().optional() })],
    ['what may only be absent', z.object({ a: z.string().exactOptional(), b: z.number() })],
    ['a default', z.object({ a: z.string().default('x'), b: z.string().prefault('y'), c: z.string().catch('z') })],
    ['a default that is optional', z.object({ a: z.string().default('x').optional(), b: label.nullable() })],
    [
      'other kinds',
      z.object({ a: z.union([z.string(), z.number()]), b: z.record(z.string(), z.number()), c: z.null() }),
    ],
    ['other checks', z.object({ a: z.number().int().max(5), b: z.url(), c: z.string().length(2).startsWith('x') })],
    [
      'what is changed',
      z.object({ a: z.string().trim().min(1), b: z.coerce.number(), c: z.string().transform(Number) }),
    ],
    ['coercion', z.object({ a: z.coerce.string(), b: z.coerce.boolean(), c: z.coerce.date() })],
    ['a pattern with a memory', z.object({ a: z.string().regex(/a/g), b: z.number().min(0), c: z.literal([1, NaN]) })],
    ['a refinement that is judged at times', picky],
    [
      'problems of its own',
      z.looseObject({ a: z.string() }).superRefine(({ a }, ctx) => {
        if (a) ctx.addIssue('a');
      }),
    ],
    ['a name of every object', z.object({ constructor: z.string(), ['__proto__']: z.string(), toString: z.any() })],
    ['a symbol', z.object({ [Symbol.iterator]: z.string(), a: z.string() })],
    ['other fields of one kind', z.object({ a: z.string() }).catchall(z.number())],
    ['itself', node],
  ])('with %s, known to it or left to zod', (_what, schema) => {
    const value = fc.oneof(odd, fc.constantFrom('a', 'ab', 'xy', '😀', '😀😀', 1, 5, 'https://a.example'));
    const keys = fc.constantFrom('a', 'b', 'c', 'name', 'parts', '__proto__', 'constructor', 'toString');
    const data = fc.oneof(fc.dictionary(keys, value), fc.record({ a: value, b: value, c: value }), odd);
    const fields = Object.entries(schema.shape).map(([key, field]) => z.object({ [key]: field as z.ZodType }));
    for (const part of [schema, ...fields])
      fc.assert(
        fc.property(data, (any) => void agrees(part, any)),
        { numRuns: 1_000 },
      );
    agrees(schema, { name: 'a', parts: [{ name: 'b', parts: [{ name: '' }] }] });
  });

  it('once per schema', () => {
    expect(compileCheck(label)).toBe(compileCheck(label));
  });
});
