import type { Service } from '#shared/runtime/service.ts';
import { createIntake } from './edge/intake.ts';

/** Takes orders over HTTP, announces them, and answers where an order stands from the stream itself. */
export const orderService: Service = {
  name: 'order-service',
  reacts: () => ({}),
  followsStream: true,
  http: ({ flow, bus, log, traceparent }) => createIntake({ flow, bus, logger: log, traceparent }),
};
