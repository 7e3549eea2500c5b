import { z } from 'zod';
import type { EventContract } from '#shared/contracts/flow.ts';
import { fieldsOf, undescribedBy } from '#shared/contracts/ownership.ts';
import { badExamples, type Contracts, forwarded, typesWith, withoutId } from '../contract-findings.ts';
import type { Exercise, Finding } from '../exercise.ts';
import type { Field, Owner } from './scanned-event.ts';

type Answer = typeof import('./solution.ts');

const OWNERS: Readonly<Record<Field, Owner>> = {
  fileId: 'reference',
  scanResult: 'virus-scanner',
  fileDescription: 'upload-service',
  uploadedBy: 'upload-service',
  s3Bucket: 'upload-service',
  s3Key: 'upload-service',
  metadata: 'upload-service',
  originalFilename: 'upload-service',
  contentType: 'upload-service',
};
const FIELDS = Object.keys(OWNERS) as Field[];
const ID = 'fileId';
const DATA = FIELDS.filter((field) => field !== ID);

export const exercise: Exercise<Answer> = {
  number: 1,
  name: 'anti-pattern',
  title: 'Identify the anti-pattern',
  minutes: 15,
  learns: 'tell whose data an event carries, and what forwarding costs at the next change',
  async check({ owners, events, saverListensTo }) {
    return [
      ...misjudgedOwners(owners),
      ...badExamples(events),
      ...withoutId(events, ID),
      ...lostFields(events),
      ...forwarded(GIVEN, events),
      ...ripples(events),
      ...blindSaver(events, saverListensTo),
    ];
  },
};

function misjudgedOwners(owners: Answer['owners']): Finding[] {
  const wrong = FIELDS.filter((field) => owners[field] !== OWNERS[field]);
  if (wrong.length === 0) return [];
  const list = (of: Readonly<Record<Field, Owner>>) => wrong.map((field) => `${field}: ${of[field]}`).join(', ');
  return [
    {
      id: 'owner-misjudged',
      message: 'A field belongs to the service that decides on its value, whoever passes it on.',
      expected: `another owner of ${wrong.join(', ')}`,
      came: list(owners),
    },
  ];
}

function lostFields(events: Contracts): Finding[] {
  const lost = DATA.filter((field) => typesWith(events, (fields) => fields.includes(field)).length === 0);
  if (lost.length === 0) return [];
  return [
    {
      id: 'field-lost',
      message: 'A field that leaves one event has to be published by its owner in another one.',
      expected: 'every field in some event: the saver needs it',
      came: `no event has ${lost.join(', ')}`,
    },
  ];
}

function ownedBy(owner: Owner): EventContract {
  const shape = DATA.filter((field) => OWNERS[field] === owner).map((field) => [field, z.string()]);
  return { owner, version: '1.0', schema: z.looseObject(Object.fromEntries(shape)), example: {} };
}
const GIVEN = { uploaded: ownedBy('upload-service'), scanned: ownedBy('virus-scanner') };

/** The upload adds a field to its metadata: a publisher of metadata is refused until its contract describes the field. */
function ripples(events: Contracts): Finding[] {
  const added = { cameraModel: 'X100' };
  const changed = Object.entries(events).flatMap(([type, { owner, schema, example }]) => {
    const carries = fieldsOf(schema).some((field) => field === 'originalFilename' || field === 'contentType');
    if (!carries) return [];
    const metadata = example.metadata as object | undefined;
    const data = metadata ? { ...example, metadata: { ...metadata, ...added } } : { ...example, ...added };
    const field = undescribedBy(schema)(data);
    return field ? [`${owner} publishes ${type}: refused, its contract does not describe ${field}`] : [];
  });
  if (changed.length < 2) return [];
  return [
    {
      id: 'metadata-change-ripples',
      message: 'One more field of metadata changes several contracts.',
      expected: 'at most one contract to change',
      came: `${changed.length} contracts to change`,
      timeline: [`upload-service adds metadata.cameraModel: "${added.cameraModel}"`, ...changed],
    },
  ];
}

function blindSaver(events: Contracts, listensTo: readonly string[]): Finding[] {
  const unknown = listensTo.filter((type) => !events[type]);
  const observed = listensTo.flatMap((type) => events[type] ?? []);
  const known = observed.flatMap(({ schema }) => fieldsOf(schema));
  const published = DATA.filter((field) => typesWith(events, (fields) => fields.includes(field)).length > 0);
  const missing = published.filter((field) => !known.includes(field));
  if (missing.length === 0 && unknown.length === 0) return [];
  const received = listensTo.map((type) => `${type} ${JSON.stringify(events[type]?.example ?? 'is never published')}`);
  return [
    {
      id: 'saver-misses-event',
      message: 'The saver cannot save: it does not hear all that it needs from those who own it.',
      expected: 'events that together tell the verdict, the place, the description and the metadata',
      came: `the saver never learns ${missing.join(', ') || `what ${unknown.join(', ')} is, since nobody publishes it`}`,
      timeline: [...received, `saver: still waits for ${missing.join(', ') || unknown.join(', ')}`],
    },
  ];
}
