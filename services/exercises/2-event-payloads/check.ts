import { z } from 'zod';
import { correlatorOf, type Flow } from '#shared/contracts/flow.ts';
import { fieldsOf, foreignFields, undescribedBy } from '#shared/contracts/ownership.ts';
import type { ReceivedEvent } from '#shared/messaging/read-event.ts';
import type { Exercise, Finding } from '../exercise.ts';
import { type Case, casesOf } from './cases.ts';
import { photoFlow, type Upload } from './photo-flow.ts';
import { runFlow, type Story } from './run-flow.ts';

type Answer = typeof import('./solution.ts');

export const exercise: Exercise<Answer> = {
  number: 2,
  name: 'event-payloads',
  title: 'Design event payloads',
  minutes: 20,
  learns: 'choose a correlation id, and events by which a service knows on its own when to proceed',
  async check({ contracts, correlationId }) {
    const flow = photoFlow(contracts);
    const inWriting = [...badExamples(flow), ...withoutId(flow), ...forwarded(flow)];
    return inWriting.length > 0 ? inWriting : judge(flow, correlationId);
  },
};

const byTypes = (flow: Flow) => Object.entries(flow.events).filter(([, { owner }]) => owner !== correlatorOf(flow));

function badExamples(flow: Flow): Finding[] {
  return byTypes(flow).flatMap(([type, { schema, example }]) => {
    const problem = schema.safeParse(example).error?.issues[0];
    const undescribed = undescribedBy(schema)(example);
    if (!problem && !undescribed) return [];
    return {
      id: 'example-does-not-fit',
      message: `The example of ${type} is no data of its schema, so no service could publish it.`,
      expected: 'an example with exactly the fields that the schema describes',
      came: problem
        ? `${problem.path.join('.')}: ${problem.message}`
        : `the field ${undescribed}, which is not described`,
    };
  });
}

function withoutId(flow: Flow): Finding[] {
  const types = byTypes(flow).flatMap(([type, { schema }]) => (fieldsOf(schema).includes('orderId') ? [] : [type]));
  if (types.length === 0) return [];
  return [
    {
      id: 'no-correlation-id',
      message: 'Nobody can tell which photo an event without the correlation id is about.',
      expected: 'orderId in every event: in this repository every correlation id has that name',
      came: `no orderId in ${types.join(', ')}`,
    },
  ];
}

/** What the upload knows is the upload's, also if the answer does not publish it there. */
function forwarded({ events }: Flow): Finding[] {
  const schema = z.looseObject({ userId: z.string(), fileName: z.string() });
  const uploaded = { owner: 'upload-service', version: '1.0', schema, example: {} };
  return Object.entries(foreignFields({ events: { uploaded, ...events } })).map(([type, fields]) => ({
    id: 'foreign-field',
    message: `${type} carries data that its publisher does not own.`,
    expected: `in ${type} only what ${events[type]?.owner} found out itself, and ids`,
    came: fields.join(', '),
  }));
}

async function judge(flow: Flow, correlationId: Answer['correlationId']): Promise<Finding[]> {
  const cases = casesOf(flow);
  const uploads = twoUploads(flow, correlationId);
  const events = await runFlow(flow, [...cases, ...uploads]);
  const findings = cases.flatMap((one) => failureOf(one, flow, events.get(one.orderId) ?? []));
  // Where nothing is ever stored, the other cases say nothing.
  const nothing = findings.find(({ id }) => id === 'never-stored');
  if (nothing) return [nothing];
  const smallest = new Map(findings.toReversed().map((finding) => [finding.id, finding]));
  return [...smallest.values(), ...mixed(flow, uploads, events)];
}

function failureOf({ id, message, expected }: Case, flow: Flow, events: readonly ReceivedEvent[]): Finding[] {
  const came = byStorage(flow, events);
  if (came.toSorted().join() === expected.toSorted().join()) return [];
  return [{ id, message, ...fromStorage(expected, came), timeline: timelineOf(events) }];
}

/** One user hands in two photos of the same name at the same time: their cameras count from 1. */
function twoUploads({ start, requirements }: Flow, correlationId: Answer['correlationId']): Story[] {
  return ['photo-a', 'photo-b'].map((photoId) => {
    const upload: Upload = { photoId, userId: 'user-456', fileName: 'IMG_0001' };
    const results = requirements.map(({ fulfilled, name, businessId }) => ({
      type: fulfilled,
      data: { [businessId]: `${name}-${photoId}-001` },
    }));
    return { orderId: correlationId(upload), publications: [{ type: start }, ...results] };
  });
}

function mixed(flow: Flow, uploads: readonly Story[], events: ReadonlyMap<string, ReceivedEvent[]>): Finding[] {
  const ids = [...new Set(uploads.map(({ orderId }) => orderId))];
  if (ids.length === uploads.length) return [];
  const all = ids.flatMap((id) => events.get(id) ?? []);
  return [
    {
      id: 'mixes-photos',
      message: `Two photos have the same correlation id, ${ids}: the storage takes their events for one photo's.`,
      ...fromStorage([flow.outcomes.ready, flow.outcomes.ready], byStorage(flow, all)),
      timeline: timelineOf(all),
    },
  ];
}

const fromStorage = (expected: readonly string[], came: readonly string[]) => ({
  expected: `${expected.join(', ')} from the storage`,
  came: came.join(', ') || 'nothing',
});

const byStorage = (flow: Flow, events: readonly ReceivedEvent[]): string[] =>
  events.flatMap(({ type, contract }) => (contract.owner === correlatorOf(flow) ? [type] : []));

/** `00:01  scan.passed  by virus-scanner`: minutes and seconds since the upload. */
function timelineOf(events: readonly ReceivedEvent[]): string[] {
  const startedAt = events[0]?.storedAt ?? 0;
  return events.map(({ type, contract, storedAt }) => {
    const seconds = Math.floor((storedAt - startedAt) / 1_000);
    const clock = [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, '0')).join(':');
    return `${clock}  ${type.padEnd(20)}by ${contract.owner}`;
  });
}
