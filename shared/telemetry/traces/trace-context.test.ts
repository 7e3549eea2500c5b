import { describe, expect, it } from 'vitest';
import { spanContextOf, traceparentOf } from './trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('W3C trace context', () => {
  it('is read as it is written', () => {
    for (const traceFlags of [0, 1]) {
      const context = { traceId: TRACE, spanId: SPAN, traceFlags };
      expect(spanContextOf(traceparentOf(context))).toEqual({ ...context, isRemote: true });
    }
  });

  it('takes what a later version appends, and only the flag that it knows', () => {
    for (const version of ['01', 'cc', 'fe'])
      expect(spanContextOf(`${version}-${TRACE}-${SPAN}-03-more`)).toMatchObject({ traceId: TRACE, traceFlags: 1 });
    expect(spanContextOf(`cc-${TRACE}-${SPAN}-01`)).toMatchObject({ spanId: SPAN });
    expect(spanContextOf(`00-${TRACE}-${SPAN}-02`)).toMatchObject({ traceFlags: 0 });
  });

  it.each([
    undefined,
    '',
    'nonsense',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-011`,
    `00-${TRACE}-${SPAN}-01-x`,
    `00-${TRACE}-${SPAN}-01-`,
    `cc-${TRACE}-${SPAN}-01.x`,
    `cc-${TRACE}-${SPAN}-01x`,
  ])('%s is none', (text) => {
    expect(spanContextOf(text)).toBeUndefined();
  });

  it('keeps a trace state', () => {
    expect(spanContextOf(`00-${TRACE}-${SPAN}-01`, 'vendor=1')?.traceState?.serialize()).toBe('vendor=1');
  });
});
