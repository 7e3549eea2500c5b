import { emitCancelled, emitTimeoutEvent, isComplete, processOrder } from './emitted.ts';
import {
  type Correlator,
  handlerOf,
  keyOf,
  type OrderEvents,
  orderOfKey,
  type Snippet,
  type SnippetPorts,
} from './snippet.ts';

const HOUR_S = 3_600;

/** Two deliveries may both read all three events before one of them deletes the key. */
const correlator = ({ redis, emitEvent }: SnippetPorts): Correlator => ({
  handleEvent: handlerOf({
    async fulfilled(requirement, data) {
      const key = keyOf(data.orderId);
      await redis.hset(key, requirement, JSON.stringify(data));
      await redis.expire(key, HOUR_S);
      const events = parsed(await redis.hgetall(key));
      if (isComplete(events)) {
        await processOrder(emitEvent, data.orderId, events);
        await redis.del(key);
      }
    },
    async refused(requirement, { orderId, reason }) {
      await redis.hset(keyOf(orderId), 'status', 'failed');
      await redis.expire(keyOf(orderId), HOUR_S);
      await emitCancelled(emitEvent, orderId, requirement, reason);
    },
  }),
});

function parsed({ status: _, ...fields }: Record<string, string>): OrderEvents {
  return Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, JSON.parse(text)]));
}

export const hset: Snippet = {
  name: 'hset',
  does: 'Strategy 2: HSET, EXPIRE, HGETALL, and DEL once the order is processed',
  start: correlator,
};

/** The notification holds the key alone: what to refund and release has expired with it. */
export const hsetExpired: Snippet = {
  name: 'hset-expired',
  does: 'the same, and the notification of the expired key is the timer',
  start: (ports) => ({
    ...correlator(ports),
    onExpired: (key) => emitTimeoutEvent(ports.emitEvent, orderOfKey(key), {}),
  }),
};
