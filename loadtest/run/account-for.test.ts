import { describe, expect, it } from 'vitest';
import type { SeenOrder } from '#shared/audit/seen-run.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { accountFor } from './account-for.ts';

const seen = (orders: Readonly<Record<string, readonly string[]>>): Map<string, SeenOrder> =>
  new Map(
    Object.entries(orders).map(([id, types]) => {
      const events = types.map((type, n) => ({ id: `${type}-${n}`, type, sequence: n, storedAt: n, digest: '' }));
      return [id, { id, events, reused: [] }];
    }),
  );
const accountOf = (accepted: readonly string[], orders: Readonly<Record<string, readonly string[]>>) =>
  accountFor(pizzaFlow, new Set(accepted), seen(orders));

describe('the account of the accepted orders', () => {
  it('is clean when each was announced and ended once, whatever others do', () => {
    const orders = {
      a: ['order.created', 'kitchen.ready'],
      b: ['order.created', 'order.cancelled'],
      other: ['order.created'],
    };
    expect(accountOf(['a', 'b'], orders)).toEqual({
      clean: true,
      lines: ['2 orders accepted: 1 ready, 1 cancelled; each is in the stream, and ended exactly once.'],
    });
  });

  it('names an order that was accepted and is not in the stream', () => {
    const { clean, lines } = accountOf(['a', 'gone'], { a: ['order.created', 'kitchen.ready'] });
    expect(clean).toBe(false);
    expect(lines).toEqual(['2 orders accepted: 1 ready, 1 none.', '1 accepted and not in the stream: gone']);
  });

  it('names an order that ended without having been announced', () => {
    const { clean, lines } = accountOf(['a'], { a: ['kitchen.ready'] });
    expect(clean).toBe(false);
    expect(lines).toContain('1 accepted and not in the stream: a');
  });

  it('names an order that never ended', () => {
    const { clean, lines } = accountOf(['a'], { a: ['order.created'] });
    expect(clean).toBe(false);
    expect(lines).toContain('1 accepted and never ended: a');
  });

  it('names an order that ended twice', () => {
    const { clean, lines } = accountOf(['a'], { a: ['order.created', 'kitchen.ready', 'order.timeout'] });
    expect(clean).toBe(false);
    expect(lines).toEqual(['1 orders accepted: 1 ready and timeout.', '1 ended more than once: a']);
  });

  it('names the first few of many, and counts all', () => {
    const ids = Array.from({ length: 12 }, (_, n) => `o${n}`);
    expect(accountOf(ids, {}).lines).toContain('12 accepted and not in the stream: o0, o1, o2, o3, o4');
  });
});
