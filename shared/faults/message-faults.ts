import type { Publish, PublishMiddleware } from '#shared/messaging/bus.ts';
import type { Middleware } from '#shared/messaging/failure-policy.ts';
import type { WireMessage } from '#shared/messaging/publisher.ts';
import type { FaultContext } from './fault-context.ts';
import type { FaultSpecOf } from './fault-spec.ts';

/**
 * Publishes an event `by` / TIME_SCALE after its own `ce-time`, so that a retry does not wait again. It is held before the stream
 * has it: a kitchen with a pending delivery has not caught up and times out no order. Handler and sweep are occupied meanwhile.
 */
export const delay =
  ({ by }: FaultSpecOf<'delay'>, context: FaultContext): PublishMiddleware =>
  (next) =>
    async function delayed(message, options) {
      const target = context.affected(message.subject);
      const left = Date.parse(message.headers['ce-time'] ?? '') + by / context.timeScale - context.now();
      if (target && left > 0) {
        context.injected('delay', target);
        await context.hold(left);
      }
      return next(message, options);
    };

/** Holds each event for its own time of at most `within` / TIME_SCALE, drawn from the seed: the stream's order changes. */
export const reorder =
  ({ within }: FaultSpecOf<'reorder'>, context: FaultContext): PublishMiddleware =>
  (next) =>
    async function reordered(message, options) {
      const target = context.affected(message.subject);
      if (target) {
        context.injected('reorder', target);
        await context.hold((context.chance(`reorder:${message.subject}`) * within) / context.timeScale);
      }
      return next(message, options);
    };

/** Publishes an event again under a new `Nats-Msg-Id`. The copy has the same event id, so each consumer has to recognise it. */
export const duplicate =
  ({ copies }: FaultSpecOf<'duplicate'>, context: FaultContext): PublishMiddleware =>
  (next) =>
    async function duplicated(message, options) {
      const ack = await next(message, options);
      const target = context.affected(message.subject);
      for (let copy = 1; target && copy <= copies; copy += 1)
        if (await storedCopy(next, copyOf(message, `copy-${copy}`))) context.injected('duplicate', target);
      return ack;
    };

/** Publishes a truncated copy after the event, under a new `Nats-Msg-Id`: each consumer must dead-letter it at once. */
export const corrupt =
  (context: FaultContext): PublishMiddleware =>
  (next) =>
    async function corrupted(message, options) {
      const ack = await next(message, options);
      const target = context.affected(message.subject);
      if (!target) return ack;
      const body = Buffer.from(message.body);
      const copy = { ...copyOf(message, 'corrupt'), body: body.subarray(0, body.length / 2) };
      if (await storedCopy(next, copy)) context.injected('corrupt', target);
      return ack;
    };

/** Loses the acknowledgement of a first delivery after all of its work is done. It is redelivered at once, not after ACK_WAIT. */
export const drop =
  (context: FaultContext): Middleware =>
  (next) =>
    async function dropped(delivery) {
      const target = delivery.deliveryCount === 1 ? context.affected(delivery.subject) : undefined;
      if (!target) return next(delivery);
      const ack = () => {
        context.injected('drop', target);
        delivery.nak(0);
      };
      await next({ ...delivery, ack });
    };

/** Under another `Nats-Msg-Id`, because the stream drops a message whose id it has. */
const copyOf = (message: WireMessage, suffix: string): WireMessage => ({
  ...message,
  headers: { ...message.headers, 'Nats-Msg-Id': `${message.headers['Nats-Msg-Id']}:${suffix}` },
});

/** True when the stream stored the copy. A failure is ignored: the event itself is stored already. */
const storedCopy = (publish: Publish, copy: WireMessage): Promise<boolean> =>
  publish(copy).then(
    ({ duplicate }) => !duplicate,
    () => false,
  );
