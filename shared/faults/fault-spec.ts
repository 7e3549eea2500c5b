import { z } from 'zod';
import { parseDuration } from '#shared/contracts/duration.ts';
import type { FaultNameOf } from './vocabulary.ts';

/** The faults that a service injects itself, as data. Seed and order id alone select: a run and a retry are the same again. */

/** `500ms`, `30s`, `10m`, or ms as a number: `GET /faults` answers in ms, and its answer can be sent back. */
const duration = z.union([z.string(), z.int().min(0)]).transform((text, context) => {
  const ms = typeof text === 'number' ? text : parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: `is "${text}", no duration: write it like 500ms, 30s or 10m` });
  return z.NEVER;
});

const selection = {
  /** Only in this service. Default: in every service that is given the fault. */
  service: z.string().min(1).optional(),
  orderId: z.string().min(1).optional(),
  /** Share of the orders that are affected, 0 to 1. */
  share: z.number().min(0).max(1).default(1),
  /** Selects them. Default: SEED. */
  seed: z.int().min(0).optional(),
};
const message = {
  ...selection,
  /** Only this short type, such as `payment.completed`. Default: every type. */
  type: z.string().min(1).optional(),
};
const dependency = {
  ...selection,
  /** What the service calls, such as `payment-gateway`. Default: each one. */
  dependency: z.string().min(1).optional(),
};
const by = duration.default(1_000);
const named = <Name extends ServiceFaultName>(name: Name) => z.literal(name);

const schemas = [
  z.strictObject({ fault: named('delay'), ...message, by }),
  z.strictObject({ fault: named('duplicate'), ...message, copies: z.int().min(1).max(10).default(1) }),
  z.strictObject({ fault: named('reorder'), ...message, within: duration.default(500) }),
  z.strictObject({ fault: named('drop'), ...message }),
  z.strictObject({ fault: named('corrupt'), ...message }),
  z.strictObject({ fault: named('dependency-slow'), ...dependency, by }),
  z.strictObject({ fault: named('dependency-failing'), ...dependency }),
  /** `applied`: the call had its effect (the customer was charged, say), and only the answer is lost. */
  z.strictObject({ fault: named('dependency-timeout'), ...dependency, applied: z.boolean().default(true) }),
] as const;

export const faultSpec = z.discriminatedUnion('fault', schemas);
const faultSpecs = z.array(faultSpec).max(50);

/** What a service can inject by itself; all other faults need somebody outside of it. */
export type ServiceFaultName = FaultNameOf<'message' | 'dependency'>;
/** Durations in ms, not yet divided by TIME_SCALE. */
export type FaultSpec = z.infer<typeof faultSpec>;
/** As it is written: with durations as text, and without defaults. */
export type FaultInput = z.input<typeof faultSpec>;
export type FaultSpecOf<Name extends ServiceFaultName> = Extract<FaultSpec, { fault: Name }>;

/** The faults of a JSON text. @throws Error with a line per problem, each naming the field */
export function parseFaults(text: string): FaultSpec[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`is no JSON: write it like [{"fault":"duplicate","share":0.1}]`, { cause });
  }
  return checkFaults(json);
}

/** @throws Error with a line per problem, each naming the field */
export function checkFaults(json: unknown): FaultSpec[] {
  const parsed = faultSpecs.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new Error(
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'faults'}: ${message}`).join('\n'),
  );
}
