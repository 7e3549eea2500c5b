import { expect, it } from 'vitest';
import { hostAndPort, withUser } from './server-url.ts';

it('leaves a URL alone that names a user, and one of a server that does not know this one', () => {
  expect(withUser('nats://somebody:else@host:1', 'payment-service', 'secret')).toBe('nats://somebody:else@host:1');
  expect(withUser('redis://host:1', 'set-up', undefined)).toBe('redis://host:1');
});

it.each([
  ['127.0.0.1', '127.0.0.1:8080'],
  ['localhost', 'localhost:8080'],
  ['::1', '[::1]:8080'],
])('writes %s with a port as %s', (host, written) => {
  expect(hostAndPort(host, 8080)).toBe(written);
});
