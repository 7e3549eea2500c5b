import type { Bus } from '#shared/messaging/bus.ts';
import type { Consumer, Delivery } from '#shared/messaging/subscriber.ts';
import { eventually } from './eventually.ts';

let topics = 0;

export const textOf = ({ body }: { body: Uint8Array }): string => Buffer.from(body).toString();
/** 0 … many - 1 */
export const numbers = (many: number): number[] => Array.from({ length: many }, (_, n) => n);

/** Subjects `pizza.t7.done.<last>` and a durable on them that no other test uses. */
export function createTopic(bus: Bus) {
  topics += 1;
  const prefix = `pizza.t${topics}.done`;
  const durable = `t${topics}`;
  const subject = (last: string | number) => `${prefix}.${last}`;
  const publish = (last: string | number, body: string | Uint8Array = 'x', headers: Record<string, string> = {}) =>
    bus.publish({ subject: subject(last), headers, body });

  /** Consumes into a list; `settle` decides, default: ack. */
  async function collect(
    settle: (delivery: Delivery) => unknown = (delivery) => delivery.ack(),
    { on = bus, ...more }: Partial<Consumer> & { on?: Bus } = {},
  ) {
    const got: Delivery[] = [];
    const handle = async (delivery: Delivery) => {
      got.push(delivery);
      await settle(delivery);
    };
    const consumption = await on.consume({ durable, filters: [`${prefix}.*`], handle, ...more });
    return {
      got,
      drain: consumption.drain,
      until: (many: number) =>
        eventually(async () => (got.length >= many ? got : undefined), `${many} deliveries of ${prefix}`),
      caughtUp: () => on.caughtUp([more.durable ?? durable], 20_000),
    };
  }

  return {
    durable,
    filter: `${prefix}.*`,
    subject,
    publish,
    /** Each as last token and as body. */
    publishAll: (lasts: readonly (string | number)[]) => Promise.all(lasts.map((last) => publish(last, String(last)))),
    collect,
  };
}
