import type { Msg, MsgImpl, NatsConnection } from '@nats-io/transport-node';
import type { Gathering } from '../gathering.ts';
import type { StoredMessage } from '../stream-reader.ts';
import type { Delivery } from '../subscriber.ts';
import { readHeaderBlock } from './header-block.ts';

const ACK = '+ACK';
const WORKING = '+WPI';
const TERM = '+TERM';

/** Of `$JS.ACK.…`, with or without the domain and account of newer brokers: deliveries, sequence, time in ns. */
const ACK_SUBJECT = /^\$JS\.ACK\.(?:[^.]+\.){2}(?:[^.]+\.[^.]+\.)?(\d+)\.(\d+)\.\d+\.(\d+)\.\d+(?:\.[^.]+)?$/;

/** What the reply subject of a delivery tells. */
function metadataOf({ reply = '' }: Msg) {
  const [, deliveryCount, sequence, nanos] = ACK_SUBJECT.exec(reply) ?? [];
  return {
    deliveryCount: Number(deliveryCount ?? 0),
    sequence: Number(sequence ?? 0),
    storedAt: Math.floor(Number(nanos ?? 0) / 1_000_000),
  };
}

/** Every message that the client hands to a subscription is a MsgImpl, which keeps the block as it came. */
function headersOf(message: Msg): Record<string, string> {
  const { _msg: of, _rdata: bytes } = message as MsgImpl;
  return of.hdr > 0 ? readHeaderBlock(bytes.subarray(0, of.hdr)) : {};
}

/** What a consumer without acknowledgements gets. */
export function storedMessageOf(message: Msg): StoredMessage {
  const { sequence, storedAt } = metadataOf(message);
  return {
    subject: message.subject,
    headers: headersOf(message),
    body: message.data,
    sequence,
    storedAt,
  };
}

/**
 * The delivery of a message by a durable; `settled` is called once, when it is. Nobody waits for an acknowledgement, so it
 * goes out with others.
 */
export function deliveryOf(nc: NatsConnection, message: Msg, acks: Gathering, settled: () => void): Delivery {
  const { deliveryCount, sequence, storedAt } = metadataOf(message);
  let open = true;
  const respond = (payload: string): void => {
    if (!nc.isClosed()) message.respond(payload);
  };
  const settle = (send: () => void): void => {
    if (!open) return;
    open = false;
    send();
    settled();
  };
  return {
    subject: message.subject,
    headers: headersOf(message),
    body: message.data,
    sequence,
    storedAt,
    deliveryCount,
    ack: () => settle(() => acks.add(() => respond(ACK))),
    nak: (delayMs) => settle(() => respond(delayMs > 0 ? `-NAK {"delay":${Math.ceil(delayMs) * 1_000_000}}` : '-NAK')),
    term: (reason) => settle(() => respond(`${TERM} ${reason}`)),
    working: () => {
      if (open) respond(WORKING);
    },
  };
}
