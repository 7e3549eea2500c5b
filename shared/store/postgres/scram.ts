import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const ROUNDS = 4_096;

const PREFIX = 'SCRAM-SHA-256$';

/** What a server keeps of a password (RFC 5802), so that no statement and no log of it holds the password. May be that already. */
export function scramVerifier(password: string, salt = randomBytes(16)): string {
  if (password.startsWith(PREFIX)) return password;
  const salted = pbkdf2Sync(password, salt, ROUNDS, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const serverKey = hmac('Server Key').toString('base64');
  return `${PREFIX}${ROUNDS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
