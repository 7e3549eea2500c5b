import { HTTP, CloudEvent as SdkEvent } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { type Bound, toBinary, toStructured } from '#shared/testing/bind-event.ts';
import { fromMessage } from './binding.ts';
import { buildEvent } from './build-event.ts';
import type { CloudEvent } from './cloud-event.ts';
import type { Terminal } from './faults.ts';

const data = { orderId: '12345', reason: 'insufficient-funds', errorCode: 'E001' };
const event: CloudEvent = buildEvent(
  pizzaFlow,
  { type: 'payment.failed', data },
  {
    orderId: '12345',
    source: 'payment-service',
    now: Date.parse('2026-01-13T10:00:15Z'),
    causationId: 'order-12345-created-001',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  },
);

/** As the broker hands it over: header names in lower case, bytes. */
const received = ({ headers, body }: { headers: Record<string, string>; body: string | Uint8Array }) => ({
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  body: Buffer.from(body),
  storedAt: 0,
});
const decode = (bound: { headers: Record<string, string>; body: string | Uint8Array }) => fromMessage(received(bound));
const binary = (change: Record<string, string> = {}, body = '{}') => {
  const headers: Record<string, string> = {
    'ce-specversion': '1.0',
    'ce-id': 'a',
    'ce-source': 's',
    'ce-type': 't',
    'ce-time': '2026-01-13T10:00:15Z',
    ...change,
  };
  for (const [name, value] of Object.entries(headers)) if (value === '-') delete headers[name];
  return { headers, body };
};
const envelope = { specversion: '1.0', id: 'a', source: 's', type: 't', time: '2026-01-13T10:00:15Z', data: {} };
const structured = (change: object, contentType = 'application/cloudevents+json') => ({
  headers: { 'Content-Type': contentType },
  body: JSON.stringify({ ...envelope, ...change }),
});
function refusal(bound: { headers: Record<string, string>; body: string | Uint8Array }): Terminal {
  try {
    decode(bound);
  } catch (error) {
    return error as Terminal;
  }
  throw new Error('it was accepted');
}

describe.each([
  ['binary', toBinary],
  ['structured', toStructured],
] as [string, (event: CloudEvent) => Bound][])('%s mode', (_mode, bind) => {
  it('gives back every attribute and the data', () => {
    expect(decode(bind(event))).toEqual(event);
  });

  it('is a valid event to the CloudEvents SDK', () => {
    const sdk = new SdkEvent({ ...decode(bind(event)) }, true);
    expect(sdk).toMatchObject({ id: event.id, subject: '12345', correlationid: '12345', data });
    expect(new Date(sdk.time ?? '').getTime()).toBe(Date.parse(event.time));
  });

  it('carries any text in any attribute', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 }).filter((value) => value.isWellFormed());
    fc.assert(
      fc.property(text, text, fc.dictionary(fc.string(), fc.jsonValue()), (id, subject, payload) => {
        const odd = { ...event, id, subject, data: payload };
        const bound = bind(odd);
        expect(Object.values(bound.headers).every((value) => /^[ -~]*$/.test(value))).toBe(true);
        expect(decode(bound)).toEqual({ ...odd, data: JSON.parse(JSON.stringify(payload)) });
      }),
    );
  });
});

describe('binary mode on the wire', () => {
  it('has one header per attribute in lower case, datacontenttype included, and only the data as body', () => {
    const { headers, body } = toBinary(event);
    expect(headers).toMatchObject({
      'ce-id': 'payment-12345-failed-001',
      'ce-datacontenttype': 'application/json',
      'ce-type': 'com.pizzaco.payment.failed',
      'ce-correlationid': '12345',
    });
    expect(Object.keys(headers).filter((name) => !name.startsWith('ce-'))).toEqual([]);
    expect(JSON.parse(body)).toEqual(data);
  });

  it('encodes space, quote, percent and everything outside printable ASCII, in capitals', () => {
    expect(toBinary({ ...event, subject: 'a "b" 50% é€😀\n' }).headers['ce-subject']).toBe(
      'a%20%22b%22%2050%25%20%C3%A9%E2%82%AC%F0%9F%98%80%0A',
    );
  });

  it.each([
    ['a%2520b', 'a%20b'],
    ['"a b"', 'a b'],
    ['"a \\"b\\" \\\\"', 'a "b" \\'],
    ['Euro%20%e2%82%ac', 'Euro €'],
    ['"', '"'],
  ])('decodes %s in one round', (wire, value) => {
    expect(decode(binary({ 'ce-subject': wire })).subject).toBe(value);
  });

  it.each(['%', '%4', '%zz', '%C3', '%C0%80', '%ED%A0%80'])('refuses %s, which is no UTF-8', (wire) => {
    expect(refusal(binary({ 'ce-subject': wire }))).toMatchObject({ reason: 'invalid-cloudevent' });
  });

  it('finds attributes whatever the case of the header names', () => {
    const { headers, body } = binary();
    const shouting = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    expect(decode({ headers: shouting, body }).id).toBe('a');
  });
});

it.each([
  ['binary', HTTP.binary],
  ['structured', HTTP.structured],
] as const)('an event that the CloudEvents SDK writes in %s mode is read as it was', (_mode, write) => {
  const { body, headers } = write(new SdkEvent({ ...event }));
  const written = { headers: headers as Record<string, string>, body: String(body) };
  expect(decode(written)).toEqual({ ...event, datacontenttype: expect.stringMatching(/^application\/json/) });
});

describe('structured mode on the wire', () => {
  it('says so in its content type, which is compared without case and parameters', () => {
    expect(toStructured(event).headers).toEqual({ 'Content-Type': 'application/cloudevents+json; charset=utf-8' });
    expect(decode(structured({}, 'Application/CloudEvents+JSON ;charset=UTF-8')).id).toBe('a');
  });

  it('takes a null attribute as absent, and data from data_base64', () => {
    const bytes = Buffer.from('{"orderId":"1"}').toString('base64');
    const read = decode(structured({ subject: null, data: undefined, data_base64: bytes }));
    expect(read.data).toEqual({ orderId: '1' });
    expect('subject' in read).toBe(false);
  });
});

describe('the workshop’s own envelopes', () => {
  const examples = [
    ['payment.completed', 'payment-service', 'payment-12345-evt-001'],
    ['payment.failed', 'payment-service', 'payment-12345-fail-001'],
    ['order.created', 'order-service', 'order-12345-evt-001'],
    ['inventory.reserved', 'inventory-service', 'inventory-12345-evt-001'],
    ['chef.assigned', 'chef-service', 'chef-12345-evt-001'],
    ['kitchen.ready', 'kitchen-service', 'kitchen-12345-evt-001'],
  ].map(([type = '', source = '', id = '']) => ({
    specversion: '1.0',
    type: `com.pizzaco.${type}`,
    source,
    id,
    time: '2026-01-13T10:00:15Z',
    datacontenttype: 'application/json',
    data: pizzaFlow.events[type]?.example,
  }));

  it.each(examples)('$id is read in both modes as it is', (example) => {
    const { data: payload, ...attributes } = example;
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));
    expect(decode({ headers, body: JSON.stringify(payload) })).toEqual(example);
    const inJson = { headers: { 'Content-Type': 'application/cloudevents+json' }, body: JSON.stringify(example) };
    expect(decode(inJson)).toEqual(example);
  });
});

describe('what is no CloudEvent', () => {
  it('is called so', () => {
    expect(refusal({ headers: {}, body: '{"orderId":"1"}' })).toMatchObject({ reason: 'not-a-cloudevent' });
    expect(refusal({ headers: { 'Content-Type': 'application/json' }, body: '' }).reason).toBe('not-a-cloudevent');
  });

  it.each([
    ['another version', binary({ 'ce-specversion': '0.3' }), /specversion is 0.3/],
    ['no id', binary({ 'ce-id': '-' }), /id is missing/],
    ['an empty source', binary({ 'ce-source': '' }), /source must be text and not empty/],
    ['a time that is none', binary({ 'ce-time': '2026' }), /time 2026 is no RFC 3339/],
    ['an impossible time', binary({ 'ce-time': '2026-13-45T10:00:15Z' }), /no RFC 3339/],
    ['a bad attribute name', binary({ 'ce-order_id': '1' }), /"order_id" is not of a-z and 0-9/],
    ['data that is no JSON', binary({}, '{"a":'), /not JSON in UTF-8/],
    ['data that is no UTF-8', { ...binary(), body: new Uint8Array([34, 255, 34]) }, /not JSON in UTF-8/],
    ['another content', binary({ 'ce-datacontenttype': 'text/plain' }), /datacontenttype text\/plain is not JSON/],
    ['a list', { headers: { 'Content-Type': 'application/cloudevents+json' }, body: '[]' }, /not an object/],
    ['a batch', structured({}, 'application/cloudevents-batch+json'), /is not read here/],
    ['an attribute in capitals', structured({ orderId: '1' }), /"orderId" is not of a-z/],
    ['an attribute that is an object', structured({ ext: {} }), /ext must be a string/],
    ['a subject that is a number', structured({ subject: 5 }), /subject must be text/],
    ['a dataschema that is a number', structured({ dataschema: 5 }), /dataschema must be text/],
    ['two sets of data', structured({ data_base64: 'e30=' }), /data and data_base64/],
    ['base64 of no JSON', structured({ data: undefined, data_base64: 'AAAA' }), /not JSON in UTF-8/],
  ])('with %s is refused, saying what is wrong', (_what, bound, problem) => {
    expect(refusal(bound)).toMatchObject({ name: 'Terminal', reason: 'invalid-cloudevent' });
    expect(refusal(bound).message).toMatch(problem);
  });
});
