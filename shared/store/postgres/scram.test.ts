import { expect, test } from 'vitest';
import { scramVerifier } from './scram.ts';

test('a verifier is what PostgreSQL itself makes of the password with this salt', () => {
  // By PostgreSQL 15: ALTER ROLE x PASSWORD 'secret'; SELECT rolpassword FROM pg_authid
  const ofServer =
    'SCRAM-SHA-256$4096:wxunhqQNzr531CxiD0CApQ==$DAFCivJrmRUKTekHatcz5tw55fSFlbib8DWaI12BlqU=:FsRZlcHJMSTOaXCAq0U+DmLqHYRHKMv/52ZXt8pBRjc=';
  const salt = Buffer.from(ofServer.split(/[:$]/)[2] ?? '', 'base64');
  expect(scramVerifier('secret', salt)).toBe(ofServer);
  expect(scramVerifier(ofServer)).toBe(ofServer);
});

test('two verifiers of one password differ', () => {
  expect(scramVerifier('secret')).not.toBe(scramVerifier('secret'));
});
