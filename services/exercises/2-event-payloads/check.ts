import { z } from 'zod';
import { correlatorOf, type EventContract, type Flow } from '#shared/contracts/flow.ts';
import type { ReceivedEvent } from '#shared/messaging/read-event.ts';
import { badExamples, type Contracts, forwarded, withoutId } from '../contract-findings.ts';
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
    const events = Object.entries(flow.events).filter(([, { owner }]) => owner !== correlatorOf(flow));
    const inWriting = inWritingOf(Object.fromEntries(events));
    return inWriting.length > 0 ? inWriting : judge(flow, correlationId);
  },
};

function inWritingOf(events: Contracts): Finding[] {
  return [...badExamples(events), ...withoutId(events, 'orderId'), ...forwarded({ uploaded: UPLOADED }, events)];
}

/** What the upload knows is the upload's, also if the answer does not publish it there. */
const UPLOADED: EventContract = {
  owner: 'upload-service',
  version: '1.0',
  schema: z.looseObject({ userId: z.string(), fileName: z.string() }),
  example: {},
};

async function judge(flow: Flow, correlationId: Answer['correlationId']): Promise<Finding[]> {
  const cases = casesOf(flow);
  const uploads = twoUploads(flow, correlationId);
  const events = await runFlow(flow, [...cases, ...uploads]);
  const findings = cases.flatMap((one) => failureOf(one, flow, events.get(one.orderId) ?? []));
  // Where nothing is ever stored, the other cases say nothing.
  const nothing = findings.find(({ id }) => id === 'never-stored');
  if (nothing) return [nothing];
  const smallest = new Map(findings.toReversed().map((finding) => [finding.id, finding]));
  return [...smallest.values(), ...mixed(flow, uploads, events), ...changing(correlationId)];
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

/** Every service that knows of an upload works the id out by itself. */
function changing(correlationId: Answer['correlationId']): Finding[] {
  const upload: Upload = { photoId: 'photo-a', userId: 'user-456', fileName: 'IMG_0001' };
  const [first, second] = [correlationId(upload), correlationId({ ...upload })];
  if (first === second) return [];
  return [
    {
      id: 'correlation-changes',
      message: 'Whoever asks for the correlation id of one upload gets another one: their events never meet.',
      expected: 'one value for one upload, whoever asks and however often',
      came: `${first}, then ${second}`,
      timeline: [`upload.completed    ${first}  by upload-service`, `scan.passed         ${second}  by virus-scanner`],
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
