import { describe, expect, it } from 'vitest';
import { fromMessage } from './binding.ts';
import type { CloudEvent } from './cloud-event.ts';

/**
 * What the vectors of github.com/cloudevents/conformance (format/json, valid and invalid events) ask, in events of our own,
 * and the same kinds in binary mode. Where this stack's profile is narrower than CloudEvents 1.0, the table says so.
 */

const event = { specversion: '1.0', id: 'oven-7', type: 'com.example.oven.lit', source: '/ovens/7' };
const STORED_AT = Date.parse('2026-03-04T05:06:07.008Z');

const read = (headers: Record<string, string>, body: string): CloudEvent =>
  fromMessage({ headers, body: Buffer.from(body), storedAt: STORED_AT });
const json = (change: object = {}, contentType = 'application/cloudevents+json'): CloudEvent =>
  read({ 'content-type': contentType }, JSON.stringify({ ...event, ...change }));
const binary = (headers: Record<string, string> = {}): CloudEvent => {
  const attributes = Object.entries(event).map(([name, value]) => [`ce-${name}`, value]);
  return read({ ...Object.fromEntries(attributes), ...headers }, '');
};
const without = (name: keyof typeof event): object => ({ [name]: undefined });
const refused = { name: 'Terminal', reason: 'invalid-cloudevent' };

const VALID_TIMES = [
  '2018-04-05T17:31:00Z',
  '2018-04-05T17:31:00.000000000Z',
  '2018-04-05T18:31:00+01:00',
  '2018-04-05T16:31:00-01:00',
  '2018-04-05T16:31:00-00:00',
  '2018-04-05t17:31:00.5z',
  '2028-02-29T00:00:00Z',
  '2000-02-29T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '2026-01-31T23:59:59+23:59',
];
const INVALID_TIMES = [
  'at noon',
  '2018-04-05',
  '2018-04-05T18:31Z',
  '2018-04-05T18:31:00',
  '2018-04-05T18:31:00X',
  '2018-04-05T18:31:00+25:00',
  '2018-04-05T18:31:00+05:60',
  '2018-04-05T18:31:00+xx:00',
  '2018-04-05T18:31:00+05',
  '2018-04-05 18:31:00Z',
  '2018-04-05T24:00:00Z',
  '2018-04-05T23:60:00Z',
  '2018-13-01T00:00:00Z',
  '2018-04-31T00:00:00Z',
  '2018-02-30T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '1900-02-29T00:00:00Z',
  '2018-00-05T00:00:00Z',
  '2018-04-00T00:00:00Z',
  '2016-12-31T23:58:60Z',
  '2016-12-30T23:59:60Z',
  '2016-12-31T23:59:60+01:00',
  '2016-12-31T23:59:61Z',
];

describe('a valid event', () => {
  it.each([
    ['has no more than the required attributes', {}],
    ['has null for every optional one', { datacontenttype: null, dataschema: null, subject: null, time: null }],
  ])('%s: its time is when the stream stored it', (_name, change) => {
    const whole = { ...event, time: '2026-03-04T05:06:07.008Z', datacontenttype: 'application/json' };
    expect(json(change)).toEqual(whole);
    expect(binary()).toEqual(whole);
  });

  it.each(VALID_TIMES)('has a time of %s', (time) => {
    expect(json({ time })).toMatchObject({ time });
    expect(binary({ 'ce-time': time })).toMatchObject({ time });
    expect(Date.parse(time)).not.toBeNaN();
  });

  it.each([
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59Z'],
    ['1990-12-31T15:59:60.250-08:00', '1990-12-31T15:59:59.250-08:00'],
    ['2017-01-01T00:59:60+01:00', '2017-01-01T00:59:59+01:00'],
  ])('has a leap second, %s: read as the second before it', (time, readAs) => {
    expect(json({ time }).time).toBe(readAs);
  });

  it.each(['#oven', '//ovens.example/7', 'urn:oven:7'])('has a relative or absolute source: %s', (source) => {
    expect(json({ source })).toMatchObject({ source });
  });

  it('has extensions of every type, an integer of 32 bits among them', () => {
    const extensions = {
      integer: 10,
      least: -2_147_483_648,
      greatest: 2_147_483_647,
      flag: true,
      text: 'warm',
      uri: 'https://ovens.example',
      timestamp: '2023-03-31T15:12:00Z',
      bytes: 'TWE=',
    };
    expect(json(extensions)).toMatchObject(extensions);
  });

  it.each(['application/cloudevents', 'application/cloudevents; charset=utf-8', 'APPLICATION/CloudEvents+JSON'])(
    'comes as %s',
    (contentType) => {
      expect(json({}, contentType)).toMatchObject(event);
    },
  );

  it('comes as the payload of a message that no header marks, as binding 1.0.2 has it', () => {
    expect(read({}, JSON.stringify(event))).toMatchObject(event);
    expect(read({ 'nats-msg-id': '1', traceparent: 'x' }, JSON.stringify(event))).toMatchObject(event);
    expect(() => read({}, JSON.stringify({ ...event, id: '' }))).toThrow(expect.objectContaining(refused));
  });
});

describe('a valid event outside this stack’s profile, in which all data are JSON,', () => {
  it.each([
    ['text', { datacontenttype: 'text/plain', data: 'Simple text' }],
    ['text, without data', { datacontenttype: 'text/plain', subject: 'tests' }],
  ])('has %s: it is refused', (_name, change) => {
    expect(() => json(change)).toThrow('datacontenttype text/plain is not JSON');
  });
});

describe('an invalid event', () => {
  const table: [string, object][] = [
    ['no specversion', without('specversion')],
    ['no id', without('id')],
    ['no type', without('type')],
    ['no source', without('source')],
    ['an empty specversion', { specversion: '' }],
    ['an empty id', { id: '' }],
    ['an empty type', { type: '' }],
    ['an empty source', { source: '' }],
    ['an empty time', { time: '' }],
    ['an empty datacontenttype', { datacontenttype: '' }],
    ['an empty dataschema', { dataschema: '' }],
    ['an empty subject', { subject: '' }],
    ['an unknown specversion', { specversion: '0.9' }],
    ['a datacontenttype that is no media type', { datacontenttype: 'xyz' }],
    ['a number for an id', { id: 25 }],
    ['a number for a time', { time: 1_522_949_460 }],
    ['an object for an id', { id: { xyz: 'abc' } }],
    ['an extension in capitals', { MyExtension: 'bad' }],
    ['an extension with punctuation', { 'my.extension': 'bad' }],
    ['an extension that is no integer', { ratio: 1.5 }],
    ['an extension of more than 32 bits', { big: 2_147_483_648 }],
    ['an extension below 32 bits', { small: -2_147_483_649 }],
    ['an extension that is a list', { list: [1] }],
    ['data and data_base64', { data: 'text', data_base64: 'e30=' }],
    ['junk in data_base64', { data_base64: 'e!3\n0' }],
    ['data_base64 that is no text', { data_base64: 12 }],
    ['data_base64 cut short', { data_base64: 'e30' }],
    ...INVALID_TIMES.map((time): [string, object] => [`the time ${time}`, { time }]),
  ];
  it.each(table)('has %s', (_name, change) => {
    expect(() => json(change)).toThrow(expect.objectContaining(refused));
  });

  it.each(INVALID_TIMES)('has the time %s in a header', (time) => {
    expect(() => binary({ 'ce-time': encodeURI(time) })).toThrow(expect.objectContaining(refused));
  });

  it.each(['__proto__', 'toString', 'my-extension', ''])('has a header ce-%s', (name) => {
    expect(() => binary({ [`ce-${name}`]: 'x' })).toThrow(expect.objectContaining(refused));
  });

  it('has __proto__ for an attribute', () => {
    const body = JSON.stringify(event).replace('{', '{"__proto__":"x",');
    expect(() => read({ 'content-type': 'application/cloudevents+json' }, body)).toThrow('"__proto__" is not of a-z');
  });
});
