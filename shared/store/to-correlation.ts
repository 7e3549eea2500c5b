import type { Correlation, Fact, Hold } from './correlation-store.ts';

/** What a script tells of an order: what became of the call, the server's clock in ms, the fields and their values in turn. */
export type ReadReply = readonly [outcome: string, now: number, fields: readonly string[]];

/** A script's answer for one order: a word, or a list that begins with one. */
export type OrderReply = string | ReadReply | readonly ['short' | 'error', ...string[]];

/** Builds the order from its fields, whose layout is that of `lua/order.lua`. */
export function toCorrelation<State>(id: string, [, now, fields]: ReadReply, epoch: string): Correlation<State> {
  const single = new Map<string, string>();
  const [facts, emitted, counted]: [Placed<Fact>[], Placed<string>[], Placed<string>[]] = [[], [], []];
  const claims = new Map<string, Claim>();
  const holds = new Map<string, Hold['should']>();
  for (let at = 0; at < fields.length; at += 2) {
    const [field, value] = [fields[at] as string, fields[at + 1] as string];
    const name = field.slice(2);
    if (field[1] !== ':') single.set(field, value);
    else if (field[0] === 'f') facts.push(factOf(value));
    else if (field[0] === 'e') emitted.push({ place: placeOf(value), item: name });
    else if (field[0] === 'c') counted.push({ place: placeOf(value), item: name });
    else if (field[0] === 'o') claims.set(name, claimOf(value));
    else if (field[0] === 'h') holds.set(name, value.startsWith('held') ? 'held' : (value as Hold['should']));
  }
  const [state, group, dueAt] = [single.get('s'), single.get('g'), single.get('d')];
  const emittedIds = inOrder(emitted);
  return {
    id,
    version: Number(single.get('v') ?? 0),
    state: state ? JSON.parse(state) : undefined,
    facts: inOrder(facts),
    emitted: new Set(emittedIds),
    outbox: claims.size === 0 ? [] : outboxOf(emittedIds, claims),
    holds,
    counted: new Set(inOrder(counted)),
    group: group ? group : undefined,
    dueAt: dueAt ? Number(dueAt) : undefined,
    now,
    epoch,
  };
}

interface Placed<T> {
  readonly place: number;
  readonly item: T;
}

interface Claim {
  readonly claimedUntil: number;
  readonly message: string;
}

/** More than any step adds. */
const STEP = 2 ** 20;

/** `<version>.<n>` as a number to sort by. */
function placeOf(text: string): number {
  const dot = text.indexOf('.');
  return Number(text.slice(0, dot)) * STEP + Number(text.slice(dot + 1));
}

function factOf(value: string): Placed<Fact> {
  const space = value.indexOf(' ');
  return { place: placeOf(value.slice(0, space)), item: JSON.parse(value.slice(space + 1)) };
}

function claimOf(value: string): Claim {
  const space = value.indexOf(' ');
  return { claimedUntil: Number(value.slice(0, space)), message: value.slice(space + 1) };
}

const inOrder = <T>(placed: Placed<T>[]): T[] => placed.sort((a, b) => a.place - b.place).map(({ item }) => item);

const outboxOf = (ids: readonly string[], claims: ReadonlyMap<string, Claim>): Correlation['outbox'] =>
  ids.flatMap((id) => {
    const claim = claims.get(id);
    return claim ? [{ id, ...claim }] : [];
  });
