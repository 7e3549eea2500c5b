import type { z } from 'zod';

/**
 * The data that a schema describes. Its schema tolerates unknown fields and zod therefore infers an index signature, with
 * which any name would do: here it is gone, so that a misspelt field is a type error. Read-only, since events are facts.
 */
export type DataOf<S extends z.ZodType> = Known<z.output<S>>;

type Known<T> = T extends readonly (infer U)[]
  ? readonly Known<U>[]
  : T extends object
    ? { readonly [K in keyof T as string extends K ? never : K]: Known<Exclude<T[K], undefined>> }
    : T;
