import { expect, it } from 'vitest';
import { withUser } from './server-url.ts';

it('leaves a URL alone that names a user, and one of a server that does not know this one', () => {
  expect(withUser('nats://somebody:else@host:1', 'payment-service', 'secret')).toBe('nats://somebody:else@host:1');
  expect(withUser('redis://host:1', 'set-up', undefined)).toBe('redis://host:1');
});
