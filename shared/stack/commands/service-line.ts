import { stripVTControlCharacters } from 'node:util';
import { colours as pc } from '#shared/report/colours.ts';

const COLOURS = [pc.cyan, pc.magenta, pc.yellow, pc.blue, pc.green] as const;
const PAINT: Readonly<Record<string, (text: string) => string>> = { ready: pc.green, timeout: pc.red };
const WARN = 40;
/** Pino's own fields, and what each line has anyway. */
const HIDDEN = new Set(['level', 'time', 'pid', 'hostname', 'service', 'msg', 'err']);
const MAX_CHARACTERS = 500;

interface LogLine extends Record<string, unknown> {
  readonly level: number;
  readonly msg?: string;
  readonly err?: { readonly message?: string };
  /** How an order ended, or `stuck`. */
  readonly decision?: string;
}

/** One readable line of what a service logged; undefined when it is of no interest on screen. `index` chooses the colour. */
export function serviceLine(service: string, line: string, index: number): string | undefined {
  const colour = COLOURS[index % COLOURS.length] ?? pc.cyan;
  const text = readable(line);
  return text && `${colour(service.padEnd(18))} ${text}`;
}

function readable(line: string): string | undefined {
  const entry = parse(line);
  // A line that is no log entry is a crash that speaks.
  if (!entry) return line.trim() && pc.red(clean(line));
  if (entry.decision) return decision(entry);
  if (entry.level < WARN && entry.msg !== 'ready') return undefined;
  const fields = Object.entries(entry).filter(([name]) => !HIDDEN.has(name));
  const details = fields.map(([name, value]) => `${name}=${textOf(value)}`);
  const text = clean([entry.msg, entry.err?.message && `(${entry.err.message})`, ...details].filter(Boolean).join(' '));
  return entry.level >= WARN ? pc.yellow(text) : text;
}

/** `ready      ord-1  in 92 ms, last: payment` */
function decision({ decision = '', ...entry }: LogLine): string {
  const { order_id, last, missing, reason, waiting_s, time_to_ready_ms, time_to_end_ms } = entry;
  const facts = [
    time_to_ready_ms !== undefined && `in ${textOf(time_to_ready_ms)} ms`,
    time_to_end_ms !== undefined && `after ${textOf(time_to_end_ms)} ms`,
    waiting_s !== undefined && `for ${textOf(waiting_s)} s`,
    missing && `missing: ${textOf(missing)}`,
    decision === 'cancelled' && reason && textOf(reason),
    decision === 'ready' && last && `last: ${textOf(last)}`,
  ];
  const paint = PAINT[decision] ?? pc.yellow;
  return `${paint(clean(decision).padEnd(10))} ${clean(`${textOf(order_id)}  ${facts.filter(Boolean).join(', ')}`)}`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What a message holds may come from outside: it must not steer the terminal. */
const clean = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, MAX_CHARACTERS);

function parse(line: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'level' in value ? (value as LogLine) : undefined;
  } catch {
    return undefined;
  }
}
