import { z } from 'zod';

export type Check = (data: unknown) => boolean;

type Definition<S extends z.core.$ZodType> = S['_zod']['def'];
type KnownCheck =
  | z.core.$ZodCheckMinLength
  | z.core.$ZodCheckMaxLength
  | z.core.$ZodCheckRegex
  | z.core.$ZodCheckGreaterThan
  | z.core.$ZodCustom;

const compiled = new WeakMap<z.core.$ZodType, Check>();
/** With this condition zod's own length checks run: always, on the text and the lists that they are compiled for. */
const hasLength = z.string().min(1)._zod.def.checks?.[0]?._zod.def.when;

/**
 * Whether data fit a schema, as `schema.safeParse(data).success` has it: compiled once per schema from its definition, it
 * builds no copy of the data and no list of problems. Whoever gets false asks zod for them. What it does not know (a union, a
 * transformation, a strict object) is left to zod, at that place in the schema. A refinement is shown the data themselves,
 * zod's copy of them it is not.
 */
export function compileCheck(schema: z.core.$ZodType): Check {
  const known = compiled.get(schema);
  if (known) return known;
  const byZod: Check = (data) => z.safeParse(schema, data).success;
  // A schema that holds itself finds this one while its parts are compiled.
  compiled.set(schema, byZod);
  const check = allOf([ofKind(schema as z.core.$ZodTypes), ...(schema._zod.def.checks ?? []).map(refined)]) ?? byZod;
  compiled.set(schema, check);
  return check;
}

/** Undefined when one of them is not known. */
function allOf(checks: readonly (Check | undefined)[]): Check | undefined {
  return checks.reduce((first, second) => first && second && ((data) => first(data) && second(data)));
}

/** The check of a schema's kind alone. */
function ofKind(schema: z.core.$ZodTypes): Check | undefined {
  const { def } = schema._zod;
  switch (def.type) {
    case 'string':
      return ofText(def);
    case 'number':
      return def.coerce || 'check' in def ? undefined : Number.isFinite;
    case 'boolean':
      return def.coerce ? undefined : (data) => typeof data === 'boolean';
    case 'enum':
    case 'literal':
      return ofValues(schema._zod.values as ReadonlySet<unknown>);
    case 'array':
      return ofList(compileCheck(def.element));
    case 'object':
      return ofObject(def);
    case 'optional':
      return ofOptional(schema as z.core.$ZodOptional);
    default:
      return undefined;
  }
}

function ofText(def: Definition<z.core.$ZodString>): Check | undefined {
  if (def.coerce) return undefined;
  const isText: Check = (data) => typeof data === 'string';
  if (!('format' in def)) return isText;
  const { format, pattern } = def as Definition<z.core.$ZodISODateTime>;
  return format === 'datetime' && pattern ? allOf([isText, matches(pattern)]) : undefined;
}

const ofValues =
  (values: ReadonlySet<unknown>): Check =>
  (data) =>
    values.has(data);

/** With a loop, since `every` passes over the holes of a sparse list. */
const ofList =
  (check: Check): Check =>
  (data) => {
    if (!Array.isArray(data)) return false;
    for (let at = 0; at < data.length; at += 1) if (!check(data[at])) return false;
    return true;
  };

function ofOptional({ _zod: { def, optin, traits } }: z.core.$ZodOptional): Check | undefined {
  if (optin !== 'optional' || traits.has('$ZodExactOptional')) return undefined;
  const check = compileCheck(def.innerType);
  return (data) => data === undefined || check(data);
}

function ofObject({ shape, catchall }: Definition<z.core.$ZodObject>): Check | undefined {
  if (catchall && (catchall._zod.def.type !== 'unknown' || catchall._zod.def.checks)) return undefined;
  const names = Reflect.ownKeys(shape) as string[];
  if (names.some((name) => typeof name === 'symbol' || name === '__proto__')) return undefined;
  const checks = names.map((name) => compileCheck(shape[name] as z.core.$ZodType));
  const absents = names.map((name) => ofAbsent(shape[name] as z.core.$ZodType));
  return (data) => {
    if (typeof data !== 'object' || data === null || Array.isArray(data)) return false;
    for (let at = 0; at < names.length; at += 1) {
      const name = names[at] as string;
      const value = (data as Record<string, unknown>)[name];
      const check = value === undefined && !(name in data) ? absents[at] : checks[at];
      if (!check?.(value)) return false;
    }
    return true;
  };
}

/** A field that is not there is not the same as one that is undefined. */
function ofAbsent(schema: z.core.$ZodType): Check {
  const { optin, optout } = schema._zod;
  if (optin === undefined) return () => false;
  return optout === 'optional' ? () => true : compileCheck(schema);
}

function refined(check: z.core.$ZodCheck<never>): Check | undefined {
  const { when } = check._zod.def;
  const test = tested(check as unknown as KnownCheck);
  if (!test || !when || when === hasLength) return test;
  return (data) => !when({ value: data, issues: [] }) || test(data);
}

function tested({ _zod: { def } }: KnownCheck): Check | undefined {
  switch (def.check) {
    case 'min_length':
      return atLeast(def.minimum);
    case 'max_length':
      return atMost(def.maximum);
    case 'string_format':
      return def.format === 'regex' ? matches(def.pattern) : undefined;
    case 'greater_than':
      return moreThan(def.value as number, def.inclusive);
    case 'custom':
      return typeof def.fn === 'function' ? (data) => Boolean(def.fn(data)) : undefined;
    default:
      return undefined;
  }
}

const moreThan =
  (bound: number, inclusive: boolean): Check =>
  (data) =>
    (data as number) > bound || (inclusive && data === bound);

const matches =
  (pattern: RegExp): Check =>
  (data) => {
    pattern.lastIndex = 0;
    return pattern.test(data as string);
  };

/** Text is measured in code points, of one or two units each: they are counted only where that makes a difference. */
const atLeast =
  (minimum: number): Check =>
  (data) => {
    const { length } = data as string | unknown[];
    return length >= minimum && (length >= 2 * minimum || sizeOf(data) >= minimum);
  };
const atMost =
  (maximum: number): Check =>
  (data) => {
    const { length } = data as string | unknown[];
    return length <= maximum || (length <= 2 * maximum && sizeOf(data) <= maximum);
  };
const sizeOf = (data: unknown): number => (typeof data === 'string' ? [...data].length : (data as unknown[]).length);
