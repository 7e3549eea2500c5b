import { z } from 'zod';
import { parseDuration } from '#shared/contracts/duration.ts';

/**
 * A fault as data: what is done, to which messages, and how often. Which ones it strikes follows from the seed and the
 * order id alone, so a run can be repeated, and a retry of the same message is struck as its first try was.
 */

/** `500ms`, `30s`, `10m`, or ms as a number: as what is set is told again. */
const duration = z.union([z.string(), z.int().min(0)]).transform((text, context) => {
  const ms = typeof text === 'number' ? text : parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: `is "${text}", no duration: write it like 500ms, 30s or 10m` });
  return z.NEVER;
});

const target = {
  /** Only in this service. Default: in every service that is given the fault. */
  service: z.string().min(1).optional(),
  /** Only this order. */
  orderId: z.string().min(1).optional(),
  /** Share of the orders that are struck, 0 to 1. */
  share: z.number().min(0).max(1).default(1),
  /** Which orders that are. Default: SEED. */
  seed: z.int().min(0).optional(),
};
const message = {
  ...target,
  /** Only this short type, such as `payment.completed`. Default: every type. */
  type: z.string().min(1).optional(),
};
const dependency = {
  ...target,
  /** What the service calls, such as `payment-gateway`. Default: each one. */
  dependency: z.string().min(1).optional(),
};
const by = duration.default(1_000);

const schemas = [
  z.strictObject({ fault: z.literal('delay'), ...message, by }),
  z.strictObject({ fault: z.literal('duplicate'), ...message, copies: z.int().min(1).max(10).default(1) }),
  z.strictObject({ fault: z.literal('reorder'), ...message, within: duration.default(500) }),
  z.strictObject({ fault: z.literal('drop'), ...message }),
  z.strictObject({ fault: z.literal('corrupt'), ...message }),
  z.strictObject({ fault: z.literal('dependency-slow'), ...dependency, by }),
  z.strictObject({ fault: z.literal('dependency-failing'), ...dependency }),
  /** `applied`: what was asked for was done (charged, say), and only the answer is lost. */
  z.strictObject({ fault: z.literal('dependency-timeout'), ...dependency, applied: z.boolean().default(true) }),
] as const;

export const faultSpec = z.discriminatedUnion('fault', schemas);
export const faultSpecs = z.array(faultSpec).max(50);

/** Durations in ms, not yet divided by TIME_SCALE. */
export type FaultSpec = z.infer<typeof faultSpec>;
export type FaultName = FaultSpec['fault'];
export type FaultOf<Name extends FaultName> = Extract<FaultSpec, { fault: Name }>;

export const FAULT_NAMES: readonly FaultName[] = schemas.map(({ shape }) => shape.fault.value);

/** Those that befall messages; their metric has a series per type from the start. */
export const MESSAGE_FAULTS = ['delay', 'duplicate', 'reorder', 'drop', 'corrupt'] as const;

/**
 * The faults of a JSON text.
 * @throws Error with a line per problem, each naming the field
 */
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
