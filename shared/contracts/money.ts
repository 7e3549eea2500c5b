/**
 * Money is decimal in the events and an integer of minor units (pence) inside: floats are never summed. The number of decimals is
 * ISO 4217's, from the runtime's ICU data.
 */
const known = new Set(Intl.supportedValuesOf('currency'));
/** Of minor units: a hundred million pounds. A store's counters can sum nine hundred million such orders. */
const MAX_DIGITS = 10;

const decimals = new Map<string, number>();

export const isCurrency = (code: string): boolean => known.has(code);

/** Decimals of a currency's minor unit: GBP 2, JPY 0. @throws RangeError for an unknown code. */
export function decimalsOf(currency: string): number {
  let digits = decimals.get(currency);
  if (digits === undefined) {
    if (!isCurrency(currency)) throw new RangeError(`${currency} is no ISO 4217 currency code`);
    digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    decimals.set(currency, digits);
  }
  return digits;
}

/**
 * A decimal with no more decimals than the currency has and at most 10 digits, so that no total overflows. Two different
 * decimals of so few digits are never the same float, so the nearest number of minor units decides.
 */
export function isAmount(amount: number, currency: string): boolean {
  const decimals = decimalsOf(currency);
  const scale = 10 ** decimals;
  return amount >= 0 && amount < 10 ** (MAX_DIGITS - decimals) && Math.round(amount * scale) / scale === amount;
}

/** 15.99 GBP -> 1599. @throws RangeError when the amount is not one of that currency. */
export function toMinor(amount: number, currency: string): number {
  if (!isAmount(amount, currency)) throw new RangeError(`${amount} is no amount in ${currency}`);
  return Math.round(Math.abs(amount) * 10 ** decimalsOf(currency));
}

/** 1599 GBP -> 15.99. */
export function fromMinor(minor: number, currency: string): number {
  const digits = decimalsOf(currency);
  const text = String(minor).padStart(digits + 1, '0');
  return Number(digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`);
}
