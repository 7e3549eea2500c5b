import { describe, expect, it } from 'vitest';
import { chefService } from '#services/chef-service/service.ts';
import { kitchenService } from '#services/kitchen-service/service.ts';
import { paymentService } from '#services/payment-service/service.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import type { Change, Document } from '#shared/store/store.ts';
import { anEvent, behaviourOf } from '#shared/testing/rules-bench.ts';
import { orderTable, type Table } from '../behaviour.ts';
import { entryOf, eventsOf, type RecordedEvent } from '../recorded-event.ts';
import { conclude, foldInto, TO_CONCLUDE, unseenIn } from './fold-document.ts';

const NOW = 10_000_000;
const RETAIN_MS = 60_000;
const STREAM_KEEPS_MS = 7_200_000;

let sequence = 0;
/** As the stream has it, stored just now. */
const past = (type: string, data: object = {}, more: Partial<RecordedEvent> = {}): RecordedEvent => {
  sequence += 1;
  return anEvent(type, data, { occurredAt: NOW, storedAt: NOW, sequence, ...more });
};
const created = past('order.created', { pizzaType: 'pepperoni', toppings: [], size: 'large' });
/** Whom nobody would choose now. */
const assigned = past(
  'chef.assigned',
  { chefId: 'chef-mario', chefName: 'x', estimatedPrepTime: 1, specialtyMatch: false },
  { own: true },
);
const release = past('chef.release', { chefId: 'chef-mario', reason: 'late' });

const table = orderTable(createMemoryStore(), behaviourOf(chefService).rules, RETAIN_MS);
const nothing: Document = { id: '1', version: 0, entries: [], dueAt: undefined, now: NOW, epoch: 'e' };
const holding = (...events: RecordedEvent[]): Document => ({ ...nothing, version: 1, entries: [entryOf(events)] });
const fold = (document: Document, ...history: RecordedEvent[]) => foldInto(pizzaFlow, table, document, history);
const folded = (document: Document, ...history: RecordedEvent[]): Document => {
  const change = fold(document, ...history);
  return change?.entry
    ? { ...document, version: document.version + 1, entries: [...document.entries, change.entry] }
    : document;
};
/** Where the stream has none of the own events that came without a sequence. */
const concludedBy = (of: Table, ...events: RecordedEvent[]): Change =>
  conclude(pizzaFlow, of, holding(...events), STREAM_KEEPS_MS, unseenIn(holding(...events)));
const concluded = (...events: RecordedEvent[]): Change => concludedBy(table, ...events);

describe('history folded into a document', () => {
  it('is what was consumed and published, with what it held then, still to be concluded and not to be forgotten', () => {
    const change = fold(nothing, created, assigned);
    expect(eventsOf({ entries: [change?.entry ?? ''] })).toEqual([created, assigned]);
    expect(change).toMatchObject({ pools: { 'chef-mario': -1 }, dueAt: TO_CONCLUDE, expireAfterMs: 'never' });
  });

  it('changes nothing when it is folded again, over or in parts', () => {
    const once = folded(nothing, created, assigned);
    expect(fold(once, created, assigned)).toBeUndefined();
    const inParts = folded(folded(nothing, created), created, assigned);
    expect(eventsOf(inParts)).toEqual(eventsOf(once));
  });

  it('has what the stream has twice once, be it a copy or the same business transaction under another id', () => {
    const copy = { ...created, sequence: 100 };
    const again = { ...assigned, id: 'another-id' };
    expect(eventsOf(folded(nothing, created, copy, assigned, again))).toEqual([created, assigned]);
  });

  it('is added to what the store kept', () => {
    expect(fold(holding(created, assigned), release)).toMatchObject({ pools: { 'chef-mario': 1 }, dueAt: TO_CONCLUDE });
  });
});

describe('a document whose history is complete', () => {
  it('is left as it is where nothing is owed, and forgotten once it is closed', () => {
    expect(concluded(created, assigned)).toEqual({ dueAt: 'never' });
    const released = past('chef.released', { chefId: 'chef-mario', reason: 'late' }, { own: true });
    expect(concluded(created, assigned, release, released)).toEqual({ dueAt: 'never', expireAfterMs: RETAIN_MS });
  });

  it('is due at once where something was not decided, which is decided as any other', () => {
    expect(concluded(created)).toEqual({ dueAt: NOW });
    expect(concluded(created, assigned, release)).toEqual({ dueAt: NOW });
  });

  it('is due at once where an effect is owed, however old it is', () => {
    const payments = orderTable(createMemoryStore(), behaviourOf(paymentService).rules, RETAIN_MS);
    const ordered = past('order.created', { customerId: 'c', totalAmount: 1, currency: 'GBP' });
    const refundAsked = past('payment.refund', { paymentId: 'pay-1-001', reason: 'late' }, { storedAt: 0 });
    for (const event of [ordered, { ...ordered, storedAt: 0 }, refundAsked])
      expect(concludedBy(payments, event)).toEqual({ dueAt: NOW });
  });

  it('is due since that time where the store kept a decision that the stream does not have', () => {
    const { sequence: _, ...unpublished } = assigned;
    expect(concluded(created, { ...unpublished, storedAt: NOW - 500 })).toEqual({ dueAt: NOW - 500 });
  });

  it('is decided as any other where all of it is there, however old it is', () => {
    expect(concluded({ ...created, storedAt: 0 })).toEqual({ dueAt: NOW });
  });
});

describe('a document of which retention has left the end alone', () => {
  const LONG_AGO = NOW - STREAM_KEEPS_MS / 2 - 1;
  const old = (event: RecordedEvent): RecordedEvent => ({ ...event, storedAt: LONG_AGO });
  const kitchen = orderTable(createMemoryStore(), behaviourOf(kitchenService).rules, RETAIN_MS);
  const inKitchen = (...events: RecordedEvent[]) => concludedBy(kitchen, ...events);
  const paid = past('payment.completed', { paymentId: 'pay-1-001', amountCharged: 1, currency: 'GBP' });
  const refund = past('payment.refund', { paymentId: 'pay-1-001', reason: 'late' }, { own: true });
  const declined = past('payment.failed', { reason: 'r', errorCode: 'E' });

  it('is not decided again: it counts nothing and is forgotten', () => {
    expect(inKitchen(old(declined))).toEqual({
      counters: { 'stage:created': -1, 'waiting:chef+inventory+payment': -1 },
      dueAt: 'never',
      expireAfterMs: 1,
    });
    expect(inKitchen(declined)).toEqual({ dueAt: NOW });
  });

  it('is not timed out again either', () => {
    const forgotten = { dueAt: 'never', expireAfterMs: 1 };
    expect(inKitchen(old(paid), old(refund))).toMatchObject({
      ...forgotten,
      counters: { 'stage:paid': -1, 'compensation:payment.refund:late': -1 },
    });
    expect(inKitchen(old(refund))).toMatchObject(forgotten);
    expect(inKitchen(paid, refund)).toMatchObject({ dueAt: NOW + 30 * 60_000 });
  });

  it('stays where it holds something, which is still to be given back', () => {
    expect(concluded(old(assigned))).toEqual({ dueAt: 'never' });
  });
});
