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

/**
 * Whether data fit a schema: `schema.safeParse(data).success`, compiled once per schema from its definition. It copies no data and
 * lists no problems: ask zod for them. Parts of a schema that it does not know (a union, a transformation, a strict object) are left
 * to zod. A refinement sees the data itself, not zod's copy.
 */
export function compileCheck(schema: z.core.$ZodType): Check {
  const known = compiled.get(schema);
  if (known) return known;
  const byZod: Check = (data) => z.safeParse(schema, data).success;
  // A recursive schema finds this one while its parts are compiled.
  compiled.set(schema, byZod);
  const refinements = (schema._zod.def.checks ?? []) as readonly unknown[] as readonly KnownCheck[];
  const check = allOf([ofKind(schema as z.core.$ZodTypes), ...refinements.map(ofRefinement)]) ?? byZod;
  compiled.set(schema, check);
  return check;
}

/** Undefined when one of them is not known. */
function allOf(checks: readonly (Check | undefined)[]): Check | undefined {
  return checks.reduce((first, second) => first && second && ((data) => first(data) && second(data)));
}

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
    case 'literal': {
      const values: ReadonlySet<unknown> = schema._zod.values as ReadonlySet<unknown>;
      return (data) => values.has(data);
    }
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

const ofList =
  (check: Check): Check =>
  (data) => {
    if (!Array.isArray(data)) return false;
    // `every` would skip the holes of a sparse list.
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

/** An absent field is not the same as an undefined one. */
function ofAbsent(schema: z.core.$ZodType): Check {
  const { optin, optout } = schema._zod;
  if (optin === undefined) return () => false;
  return optout === 'optional' ? () => true : compileCheck(schema);
}

function ofRefinement({ _zod: { def } }: KnownCheck): Check | undefined {
  switch (def.check) {
    case 'min_length':
      return (data) => (data as unknown[]).length >= 2 * def.minimum || lengthOf(data) >= def.minimum;
    case 'max_length':
      return (data) => (data as unknown[]).length <= def.maximum || lengthOf(data) <= def.maximum;
    case 'string_format':
      return def.format === 'regex' ? matches(def.pattern) : undefined;
    case 'greater_than': {
      const { value, inclusive } = def;
      return (data) => (data as number) > (value as number) || (inclusive && data === value);
    }
    case 'custom': {
      const { fn, when } = def;
      if (typeof fn !== 'function') return undefined;
      return (data) => (when && !when({ value: data, issues: [] })) || Boolean(fn(data));
    }
    default:
      return undefined;
  }
}

/** Of text in code points, as zod counts: one or two units each, so they are counted only where that matters. */
const lengthOf = (data: unknown): number => (typeof data === 'string' ? [...data].length : (data as unknown[]).length);

const matches =
  (pattern: RegExp): Check =>
  (data) => {
    pattern.lastIndex = 0;
    return pattern.test(data as string);
  };
