import { InvalidSubjectError, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { StreamFull } from '../publisher.ts';
import { createPublisher } from './jetstream-publisher.ts';
import type { NatsLink } from './nats-link.ts';

/** A publish to a broker that answers with these bytes, or whose client throws. Resolves with the PubAck or the error. */
async function publishTo(answer: string | Error): Promise<unknown> {
  let callback = (_error: Error | null, _message: Msg): void => undefined;
  const nc = {
    subscribe: (_subject: string, options: { callback: typeof callback }) => {
      callback = options.callback;
      return { unsubscribe: () => undefined };
    },
    publish: (_subject: string, _body: unknown, { reply = '' }) => {
      if (answer instanceof Error) throw answer;
      const data = Buffer.from(answer);
      callback(null, { subject: reply, data, json: () => JSON.parse(answer) } as unknown as Msg);
    },
  };
  const link = { status: 'connected', newInbox: () => '_INBOX', onChange: () => () => undefined };
  const publisher = createPublisher({ ...link, nc: nc as unknown as NatsConnection } as unknown as NatsLink, ['a.>']);
  const settled = await publisher.publish({ subject: 'a.b', headers: {}, body: 'x' }).catch((error: unknown) => error);
  await publisher.close();
  return settled;
}

const refusal = (code: number, err_code: number, description: string) =>
  JSON.stringify({ stream: 'S', seq: 0, error: { code, err_code, description } });
const isAway = (words: string) => ({
  name: 'Unavailable',
  dependency: 'broker',
  cause: { message: expect.stringContaining(words) },
});

describe('an answer to a publish', () => {
  it('is a PubAck', async () => {
    expect(await publishTo('{"stream":"S","seq":7}')).toEqual({ sequence: 7, duplicate: false });
    expect(await publishTo('{"stream":"S","seq":7,"duplicate":true}')).toEqual({ sequence: 7, duplicate: true });
  });

  it.each([
    [400, 10054, 'message size exceeds maximum allowed'],
    [400, 10097, 'header size exceeds maximum allowed of 64k'],
  ])('is a verdict on this message: %i %i %s', async (code, err_code, description) => {
    const expected = { name: 'Terminal', reason: 'too-large', message: description };
    expect(await publishTo(refusal(code, err_code, description))).toMatchObject(expected);
  });

  it.each([
    [10071, 'wrong last sequence: 3'],
    [10070, 'wrong last msg ID: a'],
  ])('says that another message was first: %i %s', async (err_code, description) => {
    const answer = refusal(400, err_code, description);
    expect(await publishTo(answer)).toMatchObject({ name: 'SubjectTaken', message: description });
  });

  it.each([
    [503, 10077, 'maximum messages exceeded'],
    [503, 10077, 'maximum bytes exceeded'],
    [500, 10047, 'insufficient storage resources available'],
    [400, 10002, 'resource limits exceeded for account'],
  ])('says that the stream is full: %i %i %s', async (code, err_code, description) => {
    const settled = await publishTo(refusal(code, err_code, description));
    expect(settled).toBeInstanceOf(StreamFull);
    expect(settled).toMatchObject(isAway(description));
  });

  it.each([
    [400, 10109, 'invalid operation on sealed stream'],
    [403, 99999, 'something that a proxy made up'],
    [409, 10158, 'duplicate message id is in process'],
    [429, 10167, 'too many requests'],
    [500, 10033, 'raft general error'],
    [503, 10077, 'input/output error'],
  ])('blames no message whatever else the broker says: %i %i %s', async (code, err_code, description) => {
    const settled = await publishTo(refusal(code, err_code, description));
    expect(settled).not.toBeInstanceOf(StreamFull);
    expect(settled).toMatchObject(isAway(`${description} (${err_code})`));
  });

  it.each(['<html>502 Bad Gateway</html>', 'null', '{}', '{"seq":"7"}', '"+OK"', '[]'])(
    'blames no message when it is no PubAck: %s',
    async (answer) => expect(await publishTo(answer)).toMatchObject(isAway('the PubAck is not readable')),
  );
});

describe('what the client throws', () => {
  it('is the fault of a message that is too large, or has no valid subject', async () => {
    const tooLarge = new Error("'payload' max_payload size exceeded");
    expect(await publishTo(tooLarge)).toMatchObject({ name: 'Terminal', reason: 'too-large' });
    expect(await publishTo(new InvalidSubjectError('a b'))).toMatchObject({
      name: 'Terminal',
      reason: 'refused-by-client',
    });
  });

  it('blames no message whatever else it is', async () => {
    expect(await publishTo(new Error('something new'))).toMatchObject(isAway('something new'));
  });
});
