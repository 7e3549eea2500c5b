import type { z } from 'zod';
import { contractOf, type Flow } from '#shared/contracts/flow.ts';

type Data = Readonly<Record<string, unknown>>;

/** The fields of an event's data that its contract describes. Others are tolerated when they are read, and published by nobody. */
export function described(flow: Flow, type: string, data: Data): Data {
  const { shape } = contractOf(flow, type).schema as z.ZodObject;
  return Object.fromEntries(Object.entries(data).filter(([field]) => Object.hasOwn(shape, field)));
}
