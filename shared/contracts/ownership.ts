import type { z } from 'zod';
import type { Flow } from './flow.ts';

/** An id refers to what another domain knows of it. */
const isId = (field: string): boolean => /Ids?$/.test(field);

/** Every domain says them of its own event: how it stands, why, in which currency its own amount is. */
const OF_EVERY_DOMAIN = ['status', 'reason', 'currency'];

/**
 * The workshop's first rule as a lint: by type, the fields whose data the event's publisher does not own. Ids refer, so they belong
 * to nobody.
 */
export function foreignFields(flow: Pick<Flow, 'events'>): Record<string, string[]> {
  const owners = fieldOwners(flow);
  const foreign = Object.entries(flow.events).map(([type, { owner, schema }]): [string, string[]] => [
    type,
    fieldsOf(schema).filter((field) => (owners.get(field) ?? owner) !== owner),
  ]);
  return Object.fromEntries(foreign.filter(([, fields]) => fields.length > 0));
}

/** Field -> the service that owns its data: the publisher of the first event of the table that has it, on whatever level. */
export function fieldOwners(flow: Pick<Flow, 'events'>): Map<string, string> {
  const owners = new Map<string, string>();
  for (const { owner, schema } of Object.values(flow.events))
    for (const field of fieldsOf(schema))
      if (!isId(field) && !OF_EVERY_DOMAIN.includes(field)) owners.set(field, owners.get(field) ?? owner);
  return owners;
}

/** Names of all fields, those within objects and lists included. */
export function fieldsOf(schema: z.core.$ZodType): string[] {
  const shape = shapeOf(schema);
  return Object.entries(shape ?? {}).flatMap(([name, part]) => [name, ...fieldsOf(part)]);
}

/** Finds the path of a field that a schema does not describe: reading tolerates it, publishing refuses it. */
export type FindUndescribed = (data: unknown) => string | undefined;

/** Compiled once per schema, since every publish asks. */
export function undescribedBy(schema: z.core.$ZodType): FindUndescribed {
  const shape = shapeOf(schema);
  if (!shape) return () => undefined;
  const fields = new Map(Object.entries(shape).map(([name, part]) => [name, undescribedBy(part)]));
  return function find(data): string | undefined {
    if (typeof data !== 'object' || data === null) return undefined;
    for (const name in data) {
      // An element of a list is described as the list's other elements are.
      const findWithin = Array.isArray(data) ? find : fields.get(name);
      if (!findWithin) return name;
      const within = findWithin((data as Record<string, unknown>)[name]);
      if (within !== undefined) return `${name}.${within}`;
    }
    return undefined;
  };
}

/** Of the object that a schema describes, or of the objects in its list. */
function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return def.shape;
    case 'array':
      return shapeOf(def.element);
    case 'optional':
      return shapeOf(def.innerType);
    default:
      return undefined;
  }
}
