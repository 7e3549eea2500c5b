import { hash } from 'node:crypto';

/**
 * The ordinal of the business transaction that an event is about: `pay-12345-002` -> `002`, the order itself -> `001`;
 * a foreign business id without an ordinal: 8 hex digits of its SHA-256. Never a counter of arrivals: the refund of a
 * second payment would get the first one's id and be dropped as its duplicate.
 */
export function ordinalOf(orderId: string, businessId?: string): string {
  if (businessId === undefined || businessId === orderId) return '001';
  const marker = `-${orderId}-`;
  const at = businessId.indexOf(marker);
  const ordinal = at > 0 ? businessId.slice(at + marker.length) : '';
  return /^\d{3,9}$/.test(ordinal) ? ordinal : hash('sha256', businessId, 'hex').slice(0, 8);
}

/** `payment.completed` of order 12345 about `pay-12345-001` -> `payment-12345-completed-001`. */
export function eventIdOf(type: string, orderId: string, businessId?: string): string {
  const [domain, action] = type.split('.');
  return `${domain}-${orderId}-${action}-${ordinalOf(orderId, businessId)}`;
}
