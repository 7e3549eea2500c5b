import type { z } from 'zod';
import { type OrderRequest, orderRequest } from '#shared/contracts/order.ts';
import type { FieldProblem } from './problem.ts';

type Checked = { readonly order: OrderRequest } | { readonly problems: readonly FieldProblem[] };

const fields = Object.keys(orderRequest.shape);

/** The order in a parsed body, or every problem of it. */
export function checkOrder(body: unknown): Checked {
  const checked = orderRequest.safeParse(body, { error: defaultProblem });
  return checked.success
    ? { order: checked.data }
    : { problems: checked.error.issues.flatMap((issue) => problemsOf(issue, body)) };
}

/** For what the contract has no message of its own. */
const defaultProblem = (issue: { code?: string | undefined; expected?: unknown }): string | undefined =>
  issue.code === 'invalid_type' ? `must be ${nameOfType(String(issue.expected))}` : undefined;

function problemsOf(issue: z.core.$ZodIssue, body: unknown): FieldProblem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: pathOf([...issue.path, key]), problem: unknownField(key) }));
  const found = valueAt(body, issue.path);
  const given = found === undefined ? 'is missing, ' : issue.code === 'invalid_type' ? `is ${kindOf(found)}, ` : '';
  return [{ field: pathOf(issue.path), problem: given + issue.message }];
}

function unknownField(key: string): string {
  const meant = fields.find((field) => isLike(key, field));
  const remedy = meant ? `did you mean ${meant}?` : `remove it, an order has ${fields.join(', ')}`;
  return `is not a field of an order: ${remedy}`;
}

/** A misspelt name: most pairs of neighbouring letters are the same, case and separators aside (Dice's coefficient). */
function isLike(name: string, field: string): boolean {
  const [given, wanted] = [pairsIn(name.slice(0, 100)), pairsIn(field)];
  const shared = [...given].filter((pair) => wanted.has(pair)).length;
  return 2 * shared > 0.6 * (given.size + wanted.size);
}

function pairsIn(name: string): Set<string> {
  const letters = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return new Set(Array.from(letters.slice(1), (letter, at) => letters[at] + letter));
}

/** `toppings[2]`, `["odd name"]`, and `body` for the root. */
export function pathOf(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    const name = String(step);
    return /^[\w$-]{1,100}$/.test(name) ? `.${name}` : `[${JSON.stringify(name.slice(0, 100))}]`;
  });
  return steps.join('').replace(/^\./, '') || 'body';
}

const valueAt = (body: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step], body);

/** JSON's kinds in plain words. 1e999 is valid JSON and is read as Infinity. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value === Infinity || value === -Infinity) return 'too large a number';
  return nameOfType(typeof value);
}

const nameOfType = (type: string): string =>
  ({ string: 'text', object: 'an object', array: 'a list', number: 'a number', boolean: 'true or false' })[type] ??
  type;
