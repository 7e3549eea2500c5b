import { beforeEach, describe, expect, it } from 'vitest';
import { eventsOf, type RecordedEvent } from '#shared/kernel/recorded-event.ts';
import { createMemoryStore, type MemoryStore } from '#shared/store/memory/memory-store.ts';
import { fakeClock } from '#shared/testing/clock.ts';
import { anEvent } from '#shared/testing/rules-bench.ts';
import { chargeIn, createJournal, isRefunded, journalTable } from './journal.ts';

const RETAIN_MS = 60_000;
const captured = { status: 'captured', transactionId: 't', amount: 1_599, currency: 'GBP' } as const;
const entry = { orderId: '1', answer: captured, answersAt: 5 };
const now = fakeClock();
let store: MemoryStore;
let journal: ReturnType<typeof createJournal>;
beforeEach(() => {
  store = createMemoryStore({ now });
  journal = createJournal(store, RETAIN_MS);
});
const eventsIn = async (paymentId: string): Promise<RecordedEvent[]> => eventsOf(await store.load(paymentId));

describe("the gateway's journal", () => {
  it('keeps the first outcome of a payment id, whoever asks again', async () => {
    const declined = { answer: { status: 'declined', reason: 'r', errorCode: 'E' }, answersAt: 9 } as const;
    const [one, other] = await Promise.all([journal.charge('pay-1', entry), journal.charge('pay-1', declined)]);
    expect([one, other, await journal.charge('pay-1', declined)]).toEqual([entry, entry, entry]);
    expect(await journal.read('pay-1')).toEqual(entry);
    expect(await journal.read('pay-2')).toBeUndefined();
  });

  it('records a refund once', async () => {
    await journal.charge('pay-1', entry);
    expect(isRefunded(await eventsIn('pay-1'))).toBe(false);
    await Promise.all([journal.refund('pay-1'), journal.refund('pay-1')]);
    await journal.refund('pay-1');
    expect(isRefunded(await eventsIn('pay-1'))).toBe(true);
    expect(await eventsIn('pay-1')).toHaveLength(2);
  });

  it('forgets a payment after the retention, and not before', async () => {
    await journal.charge('pay-1', entry);
    now.advance(RETAIN_MS - 1);
    expect(await journal.read('pay-1')).toEqual(entry);
    now.advance(1);
    expect(await journal.read('pay-1')).toBeUndefined();
  });
});

describe('what the stream says of the journal', () => {
  const { recordsOf } = journalTable(createMemoryStore(), RETAIN_MS);
  const published = (type: string, data: object) =>
    anEvent(type, { paymentId: 'pay-1-001', currency: 'GBP', transactionId: 't', ...data }, { storedAt: 7 });
  const completed = published('payment.completed', { status: 'approved', amountCharged: 15.99 });
  const refunded = published('payment.refunded', { status: 'refunded', amountRefunded: 15.99 });
  const rebuilt = (event: RecordedEvent) => recordsOf('1', event).map(({ event }) => event);

  it('is that a completed payment was captured', () => {
    expect(recordsOf('1', completed).map(({ id }) => id)).toEqual(['pay-1-001']);
    expect(chargeIn(rebuilt(completed))).toEqual({ orderId: '1', answer: captured, answersAt: 7 });
    expect(isRefunded(rebuilt(completed))).toBe(false);
  });

  it('is that a refunded payment was captured and refunded, be it known by its refund alone', () => {
    expect(chargeIn(rebuilt(refunded))).toEqual({ orderId: '1', answer: captured, answersAt: 7 });
    expect(isRefunded(rebuilt(refunded))).toBe(true);
  });

  it('is nothing of all else', () => {
    expect(recordsOf('1', anEvent('payment.failed'))).toEqual([]);
    expect(recordsOf('1', anEvent('payment.refund', { paymentId: 'pay-1-001' }))).toEqual([]);
  });
});
