import type { FastifyInstance } from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { anOrder } from '../fixtures/publish-event.ts';
import { createIntake } from './intake.ts';

const bus = createMemoryBus();
const intake: FastifyInstance = createIntake({ flow: pizzaFlow, bus });
afterAll(() => intake.close());

const post = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  intake.inject({
    method: 'POST',
    url: '/orders',
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  });

const text = (changes: object): string => JSON.stringify({ ...anOrder, ...changes });
const without = (...fields: string[]): string =>
  JSON.stringify(Object.fromEntries(Object.entries(anOrder).filter(([field]) => !fields.includes(field))));

const ITS_FIELDS = 'customerId, pizzaType, toppings, size, totalAmount, currency';
const unknown = `is not a field of an order: remove it, an order has ${ITS_FIELDS}`;
const decimals = 'must have no more decimals than its currency (GBP: 2, JPY: 0), and 10 digits at most';
const twice = 'is given more than once: give it once';
const noControl = 'must not contain control characters or halves of surrogate pairs';
const noNumber = 'must be a decimal number, such as 15.99';
const noCurrency = 'must be an ISO 4217 currency code in capitals, such as GBP';
const noObject = 'must be an order as a JSON object';

/** What is sent, and every problem that is listed: field -> problem. */
const table: [string, string | Buffer, Record<string, string>][] = [
  ['malformed JSON', '{"customerId":', { body: `is no valid JSON, ${noObject}` }],
  ['NaN, which is no JSON', '{"totalAmount": NaN}', { body: `is no valid JSON, ${noObject}` }],
  ['an empty body', '', { body: `is empty, ${noObject}` }],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), { body: `is no valid UTF-8, ${noObject}` }],
  ['a list', `[${text({})}]`, { body: 'is a list, must be an object' }],
  ['null', 'null', { body: 'is null, must be an object' }],
  ['text', '"margherita"', { body: 'is text, must be an object' }],
  [
    'an empty object',
    '{}',
    {
      customerId: 'is missing, must be text',
      pizzaType: 'is missing, must be text',
      toppings: 'is missing, must be a list of topping names',
      size: 'is missing, must be one of small, medium, large',
      totalAmount: `is missing, ${noNumber}`,
      currency: 'is missing, must be text',
    },
  ],
  ['a missing field', without('size'), { size: 'is missing, must be one of small, medium, large' }],
  ['null for a field', text({ pizzaType: null }), { pizzaType: 'is null, must be text' }],
  ['an amount as text', text({ totalAmount: '15.99' }), { totalAmount: `is text, ${noNumber}` }],
  ['an amount of nothing', text({ totalAmount: 0 }), { totalAmount: 'must be more than 0' }],
  ['a negative amount', text({ totalAmount: -15.999 }), { totalAmount: 'must be more than 0' }],
  ['an infinite amount', text({}).replace('15.99', '1e999'), { totalAmount: `is too large a number, ${noNumber}` }],
  ['"Infinity"', text({ totalAmount: 'Infinity' }), { totalAmount: `is text, ${noNumber}` }],
  ['too many decimals', text({ totalAmount: 15.999 }), { totalAmount: decimals }],
  ['decimals that the currency has not', text({ currency: 'JPY' }), { totalAmount: decimals }],
  ['more digits than a number keeps', text({ totalAmount: 1e14 }), { totalAmount: decimals }],
  ['an unknown currency', text({ currency: 'PIZ' }), { currency: noCurrency }],
  ['a currency in small letters', text({ currency: 'gbp', totalAmount: 1.999 }), { currency: noCurrency }],
  ['an unknown size', text({ size: 'huge' }), { size: 'must be one of small, medium, large' }],
  ['an empty id', text({ customerId: '' }), { customerId: 'must not be empty' }],
  ['a long name', text({ pizzaType: 'x'.repeat(101) }), { pizzaType: 'must have at most 100 characters' }],
  ['a control character', text({ pizzaType: 'mar\u0000gherita' }), { pizzaType: noControl }],
  ['half a surrogate pair', text({ customerId: '\ud83c' }), { customerId: noControl }],
  ['toppings as text', text({ toppings: 'olives' }), { toppings: 'is text, must be a list of topping names' }],
  ['too many toppings', text({ toppings: Array(21).fill('olives') }), { toppings: 'must have at most 20 entries' }],
  [
    'bad toppings among good ones',
    text({ toppings: ['olives', 3, ['x'], ''] }),
    {
      'toppings[1]': 'is a number, must be text',
      'toppings[2]': 'is a list, must be text',
      'toppings[3]': 'must not be empty',
    },
  ],
  [
    'misspelt fields',
    text({ total_amount: 1, Size: 'large', custmerId: 'x' }),
    {
      total_amount: 'is not a field of an order: did you mean totalAmount?',
      Size: 'is not a field of an order: did you mean size?',
      custmerId: 'is not a field of an order: did you mean customerId?',
    },
  ],
  ['card data', text({ cardNumber: '4111111111111111' }), { cardNumber: unknown }],
  ['an order id of its own', text({ orderId: '12345' }), { orderId: unknown }],
  ['a field with an odd name', text({ 'a b': 1 }), { '["a b"]': unknown }],
  [
    "keys of an object's prototype",
    text({}).replace('{', '{"__proto__":{"size":"large"},"constructor":1,'),
    { ['__proto__']: unknown, constructor: unknown },
  ],
  [
    'a field twice',
    text({})
      .replace('{', '{"size":"small",')
      .replace('"currency"', '"s\\u0069ze":"large","a b":[{"x":{},"x":1}],"currency"'),
    { size: twice, x: twice },
  ],
  [
    'everything wrong at once',
    '{"customerId":7,"pizzaType":"","toppings":{},"size":"L","totalAmount":1.234,"currency":"GBP","tip":1}',
    {
      customerId: 'is a number, must be text',
      pizzaType: 'must not be empty',
      toppings: 'is an object, must be a list of topping names',
      size: 'must be one of small, medium, large',
      totalAmount: decimals,
      tip: unknown,
    },
  ],
];

describe('an order with problems', () => {
  it.each(table)('%s: 400 lists every problem', async (_name, payload, expected) => {
    const answer = await post(payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const { problems, ...problem } = answer.json();
    expect(problem).toMatchObject({ type: 'urn:problem:invalid-order', title: 'The order has problems', status: 400 });
    const listed = problems.map(({ field, problem }: { field: string; problem: string }) => [field, problem]);
    expect(listed.toSorted()).toEqual(Object.entries(expected).toSorted());
  });

  it.each([
    ['empty', ''],
    ['with a space', 'my key'],
    ['no ASCII', 'schl\u00fcssel'],
    ['too long', 'k'.repeat(201)],
    ['an empty string', '""'],
    ['too long a string', `"${'k'.repeat(201)}"`],
    ['a string without end', '"k'],
    ['a string and more', '"k"x'],
    ['sent twice', '"k", "k"'],
    ['a string with a needless escape', '"\\k"'],
    ['with a bad parameter', '"k";A=1'],
  ])('an Idempotency-Key that is %s is listed beside the problems of the body', async (_name, key) => {
    const answer = await post(text({ size: 'huge' }), { 'idempotency-key': key });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().problems.map(({ field }: { field: string }) => field)).toEqual(['Idempotency-Key', 'size']);
  });

  it('takes the same name in two objects, and in text, for two fields', async () => {
    const body = text({ pizzaType: '","size":"', toppings: ['{"size":1}', '\\', '"size":'] });
    expect((await post(body)).statusCode).toBe(202);
    const twoObjects = await post(text({ a: { x: 1 }, b: { x: 1 } }));
    expect(JSON.stringify(twoObjects.json().problems)).not.toContain('more than once');
  });

  it('lists a hundred problems, and says how many there are', async () => {
    const answer = await post(
      JSON.stringify({
        ...anOrder,
        ...Object.fromEntries(
          Array(500)
            .fill(0)
            .map((_, i) => [`f${i}`, i]),
        ),
      }),
    );
    expect(answer.json().problems).toHaveLength(100);
    expect(answer.json().detail).toContain('500 problems');
  });

  it('reaches the stream in no case', async () => {
    const stop = Promise.withResolvers<void>();
    const seen: string[] = [];
    const following = await bus.follow('pizza.>', ({ subject }) => {
      seen.push(subject);
      stop.resolve();
    });
    for (const [, payload] of table) await post(payload);
    const { orderId } = (await post(text({}))).json();
    await stop.promise;
    expect(seen).toEqual([`pizza.order.created.${orderId}`]);
    await following.stop();
  });
});
