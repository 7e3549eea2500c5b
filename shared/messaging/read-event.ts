import { ORDER_ID } from '#shared/contracts/fields.ts';
import type { EventContract, Flow } from '#shared/contracts/flow.ts';
import { fromMessage, isStructured } from './binding.ts';
import { MAX_DATA_BYTES } from './build-event.ts';
import type { CloudEvent } from './cloud-event.ts';
import { type EventType, eventTypeIn } from './event-type.ts';
import { Terminal } from './faults.ts';
import type { StoredMessage } from './stream-reader.ts';

/** An event of the flow that satisfies its contract. */
export interface ReceivedEvent {
  readonly event: CloudEvent;
  readonly type: string;
  readonly orderId: string;
  readonly contract: EventContract;
  /** The stream's sequence, and when it stored the message, ms since the epoch. */
  readonly sequence: number;
  readonly storedAt: number;
}

/**
 * Decodes a message and checks it against the contract table. Unknown fields and newer minor versions are tolerated.
 * @throws Terminal with reason not-a-cloudevent, invalid-cloudevent, oversized, unknown-type, foreign-source,
 * unsupported-version, schema-violation, bad-order-id or subject-mismatch
 */
export function readEvent(flow: Flow, message: StoredMessage): ReceivedEvent {
  const event = fromMessage(message);
  checkSize(message, event);
  const eventType = eventTypeIn(flow, event.type);
  if (!eventType) throw new Terminal('unknown-type', `type ${event.type} is not in the contract table`);
  const { type, contract } = eventType;
  if (event.source !== contract.owner)
    throw new Terminal('foreign-source', `${type} came from ${event.source}: only ${contract.owner} may publish it`);
  checkVersion(flow, eventType, event);
  const orderId = checkData(eventType, event);
  if (!isSubjectOf(message.subject, eventType, orderId) || (event.subject ?? orderId) !== orderId)
    throw new Terminal(
      'subject-mismatch',
      `data of order ${orderId} came on subject ${message.subject} with CloudEvents subject ${event.subject}`,
    );
  return { event, type, orderId, contract, sequence: message.sequence, storedAt: message.storedAt };
}

const isSubjectOf = (subject: string, { subjectPrefix }: EventType, orderId: string): boolean =>
  subject.length === subjectPrefix.length + orderId.length &&
  subject.startsWith(subjectPrefix) &&
  subject.endsWith(orderId);

/** In structured mode only the data counts, not the envelope. */
function checkSize(message: StoredMessage, { data }: CloudEvent): void {
  if (message.body.length <= MAX_DATA_BYTES) return;
  const bytes = isStructured(message) ? Buffer.byteLength(JSON.stringify(data ?? null)) : message.body.length;
  if (bytes > MAX_DATA_BYTES)
    throw new Terminal('oversized', `${bytes} bytes of data: at most ${MAX_DATA_BYTES} are read`);
}

/** A dataschema of another origin is ignored; one of ours must have our major version. */
function checkVersion({ schemaBase }: Flow, { type, contract, dataschema: ours }: EventType, event: CloudEvent): void {
  const { dataschema } = event;
  if (dataschema === ours || !dataschema?.startsWith(schemaBase)) return;
  const [major] = (dataschema.split('/').at(-1) ?? '').split('.');
  const [read] = contract.version.split('.');
  if (major !== read)
    throw new Terminal(
      'unsupported-version',
      `${type} of version ${major}.x (${dataschema}): version ${read}.x is read here`,
    );
}

function checkData({ fits, contract }: EventType, { data }: CloudEvent): string {
  if (!fits(data)) throw violation(contract, data);
  const { orderId } = data as { orderId: string };
  if (!ORDER_ID.test(orderId)) throw new Terminal('bad-order-id', `order id ${orderId} cannot be part of a subject`);
  return orderId;
}

function violation({ schema }: EventContract, data: unknown): Terminal {
  const issues = schema.safeParse(data).error?.issues ?? [];
  const problems = issues.map(({ path, message }) => `${path.join('.') || 'data'} ${message}`);
  const badId = issues.some(({ path }) => path[0] === 'orderId');
  return new Terminal(badId ? 'bad-order-id' : 'schema-violation', problems.join('; '));
}
