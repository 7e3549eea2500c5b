import { expect, it } from 'vitest';
import { withPublish } from './bus.ts';
import { createMemoryBus } from './memory/memory-bus.ts';

const message = { subject: 'pizza.order.created.a', headers: { 'Nats-Msg-Id': 'a' }, body: '{}' };

it('a publish goes through the middleware, everything else is the bus’ own', async () => {
  const bus = createMemoryBus();
  const twice = withPublish(bus, (next) => async (given, options) => {
    await next({ ...given, headers: {} }, options);
    return next(given, options);
  });
  expect(await twice.publish(message)).toEqual({ sequence: 2, duplicate: false });
  expect(await twice.publish(message, { expectLastSubjectSequence: 3 }).catch((error: Error) => error.name)).toBe(
    'SubjectTaken',
  );
  expect(await twice.read(message.subject, 2)).toEqual(await bus.read(message.subject, 2));
  expect(twice.status).toBe('connected');
  await bus.close();
  expect(twice.status).toBe('closed');
});
