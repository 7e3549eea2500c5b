import { hash, randomInt } from 'node:crypto';

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** `ord-` and 12 random base36 characters (62 bits): unguessable enough to be unique, short enough to be read aloud. */
export const randomOrderId = (): string =>
  `ord-${Array.from({ length: 12 }, () => DIGITS[randomInt(DIGITS.length)]).join('')}`;

/**
 * The order that a customer's Idempotency-Key stands for: `ord-` and 24 hex digits (96 bits) of a SHA-256, the same
 * for every replica and after every restart, so that the stream itself is the memory of keys.
 */
export const keyedOrderId = (customerId: string, key: string): string =>
  `ord-${hash('sha256', JSON.stringify([customerId, key]), 'hex').slice(0, 24)}`;
