import { type Context, type ContextManager, context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from './logger.ts';

/** Synchronous: enough for what is logged within the callback itself. */
function contextManager(): ContextManager {
  const stack: Context[] = [];
  return {
    active: () => stack.at(-1) ?? ROOT_CONTEXT,
    with(inner, call, self, ...args) {
      stack.push(inner);
      try {
        return call.call(self as ThisParameterType<typeof call>, ...args);
      } finally {
        stack.pop();
      }
    },
    bind: (_context, target) => target,
    enable: () => contextManager(),
    disable: () => contextManager(),
  };
}
beforeAll(() => void context.setGlobalContextManager(contextManager()));
afterAll(() => context.disable());

function recorded(level = 'info') {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({
    service: 's',
    level,
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  });
  return { log, lines };
}

test('a line is JSON with the service, and nothing of a trace outside of one', () => {
  const { log, lines } = recorded();
  log.info({ order_id: '1' }, 'hello');
  expect(lines).toEqual([{ level: 30, time: expect.any(Number), service: 's', order_id: '1', msg: 'hello' }]);
});

test('a line that is logged within a span carries its trace id and span id', () => {
  const { log, lines } = recorded();
  const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
  const span: Span = trace.wrapSpanContext(ids);
  context.with(trace.setSpan(context.active(), span), () => log.info('hello'));
  expect(lines[0]).toMatchObject({ trace_id: ids.traceId, span_id: ids.spanId });
});

test('credentials in a URL and fields named for a secret are masked, in messages of errors, too', () => {
  const { log, lines } = recorded();
  const err = new Error('no answer at nats://user:s3cret@127.0.0.1:4222');
  log.error({ err, password: 's3cret', gateway: { token: 's3cret', url: 'https://s3cret@host/' } }, 'away');
  expect(JSON.stringify(lines)).not.toContain('s3cret');
  expect(lines[0]).toMatchObject({ err: { message: 'no answer at nats://***@127.0.0.1:4222' }, password: '***' });
});

test('a field named for a secret is masked at any depth and whatever its value is', () => {
  const { log, lines } = recorded();
  log.info({ order: { card: [{ cvv: 123, cookie: { id: 's3cret' } }] }, note: 'the "token": of it' }, 'deep');
  expect(lines[0]).toMatchObject({ order: { card: [{ cvv: '***', cookie: '***' }] }, note: 'the "token": of it' });
});

test('what is below the level is not written', () => {
  const { log, lines } = recorded('warn');
  log.info('step');
  expect(lines).toEqual([]);
});
