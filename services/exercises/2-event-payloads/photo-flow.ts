import { z } from 'zod';
import { label, orderId } from '#shared/contracts/fields.ts';
import { type DomainContract, defineFlow, type EventContract, type Flow } from '#shared/contracts/flow.ts';

/** What is the same in every answer: the envelope of a step, and what the storage publishes. */

/** What a user hands in. */
export interface Upload {
  readonly photoId: string;
  readonly userId: string;
  /** As the user's device calls it. */
  readonly fileName: string;
}

interface EventDesign {
  /** Short type: `<domain>.<action>`. */
  readonly type: string;
  readonly schema: z.ZodType;
  /** Data of that schema. */
  readonly example: Readonly<Record<string, unknown>>;
}

interface Step {
  readonly name: string;
  /** The service that does it, and alone publishes its events. */
  readonly owner: string;
  readonly passed: EventDesign;
  readonly refused: EventDesign;
  /** The field of `passed` with the id of what this service did: a second try has another one. */
  readonly businessId: string;
}

const STORAGE = 'storage-service';
const reason = label;

/** An event of one service. */
export const eventOf = (owner: string, { schema, example }: EventDesign, about?: string): EventContract => ({
  owner,
  version: '1.0',
  schema,
  example,
  ...(about && { about }),
});

/** One thing that the storage waits for. A photo that is not stored has its results discarded: request and report come with it. */
export function step({ name, owner, passed, refused, businessId }: Step): DomainContract {
  const [compensation, compensated] = [`${name}.discard`, `${name}.discarded`];
  const schema = z.looseObject({ orderId, [businessId]: label, reason });
  const example = { orderId: 'photo-1', [businessId]: passed.example[businessId], reason: 'order-timeout' };
  const undo = (type: string) => eventOf(owner, { type, schema, example }, businessId);
  return {
    requirement: {
      name,
      fulfilled: passed.type,
      rejected: refused.type,
      compensation,
      compensated,
      businessId,
      stage: `${name}_done`,
    },
    events: {
      [refused.type]: eventOf(owner, refused),
      [passed.type]: eventOf(owner, passed, businessId),
      [compensation]: { ...undo(compensation), owner: STORAGE, askedByCorrelator: true },
      [compensated]: undo(compensated),
    },
  };
}

const ofStorage = (fields: z.core.$ZodLooseShape) =>
  eventOf(STORAGE, { type: '', schema: z.looseObject({ orderId, ...fields }), example: {} }, 'orderId');

const storage: DomainContract = {
  events: {
    'photo.stored': ofStorage({ status: label, correlationData: z.record(z.string(), label) }),
    'photo.rejected': ofStorage({ reason }),
    'photo.expired': ofStorage({ receivedEvents: z.array(label), missingEvents: z.array(label), reason }),
  },
};

/** What each service publishes, by a name that you choose. */
export type Contracts = Readonly<Record<string, DomainContract>>;

/** The flow of these contracts. It begins with `photo.uploaded`; the storage waits for every step. */
export const photoFlow = (contracts: Contracts): Flow =>
  defineFlow(
    {
      typePrefix: 'com.photoapp.',
      stream: 'PHOTOS',
      subjectPrefix: 'photos',
      schemaBase: 'https://photoapp.example/schemas/',
      start: 'photo.uploaded',
      outcomes: { ready: 'photo.stored', cancelled: 'photo.rejected', timeout: 'photo.expired' },
      readyStatus: 'stored',
    },
    [...Object.values(contracts), storage],
  );
