import { z } from 'zod';
import { isAmount, isCurrency } from './money.ts';

/** One NATS subject token, so that an order's history is a subject filter and no id can widen it. */
export const ORDER_ID = /^[A-Za-z0-9_-]{1,64}$/;

export const orderId = z
  .string()
  .regex(ORDER_ID, 'must be 1 to 64 letters, digits, "-" or "_", since it becomes part of a NATS subject');

/** An id or a name: text of bounded length without control characters and lone surrogates (UTF-8 has none). */
export const label = z
  .string()
  .min(1, 'must not be empty')
  .max(100, 'must have at most 100 characters')
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not contain control characters or halves of surrogate pairs');

export const currency = z.string().refine(isCurrency, 'must be an ISO 4217 currency code in capitals, such as GBP');

export const amount = z.number('must be a decimal number, such as 15.99').positive('must be more than 0');

/** For a check across two fields: the amount has no more decimals than the currency's minor unit. */
export const fitsCurrency = (value: number, code: string): boolean => isCurrency(code) && isAmount(value, code);

export const timestamp = z.iso.datetime({ offset: true, message: 'must be an RFC 3339 timestamp' });
